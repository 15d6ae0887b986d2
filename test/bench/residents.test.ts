import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { residentId, residentIdSql } from '../../bench/stand/residents.ts'
import { isSubject } from '../../services/contract/subject.ts'
import { createDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

test('the database makes the same residents as the load asks about, all of them with a right check character', async () => {
  const numbers = [0, 1, 8, 9, 98, 99, 998, 999, 123_456, 9_999_999, 13_000_001, 26_999_999]
  const client = await database.pool.connect()
  // For this session alone: the hub's role makes nothing that others see.
  await client.query(residentIdSql.replace('bench_resident_id', 'pg_temp.bench_resident_id'))
  const text =
    'select pg_temp.bench_resident_id(n) as id from unnest($1::bigint[]) with ordinality as asked (n, place) order by place'
  const { rows } = await client.query<{ id: string }>(text, [numbers])
  client.release()
  expect(rows.map(({ id }) => id)).toEqual(numbers.map(residentId))
  expect(rows.every(({ id }) => isSubject({ type: 'person', id }))).toBe(true)
})
