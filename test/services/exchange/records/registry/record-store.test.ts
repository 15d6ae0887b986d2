import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import type { RecordVersion } from '../../../../../services/exchange/records/registry/version.ts'
import { isOutage } from '../../../../../services/postgres/outage.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { eventually } from '../../../../support/eventually.ts'
import { leaseDataset as dataset, leaseVersion as version } from '../../../../support/record-version.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

const store = (...batch: RecordVersion[]) => inTransaction(database.pool, tx => storeVersions(tx, dataset, batch))

async function standing(key: string) {
  const { rows } = await database.pool.query(
    `select sequence, body, about, valid_from as "from", valid_until as "until",
       (select json_agg(subject_id) from record_subject s where s.dataset = r.dataset and s.key = r.key) as subjects,
       (select count(*) from record_history h where h.dataset = r.dataset and h.key = r.key) as past
     from record r where dataset = $1 and key = $2`,
    [dataset, key],
  )
  return rows[0]
}

test('every character that JSON can hold comes back as it was, beside records that lack what others have', async () => {
  const text = 'a\nb\r\t\\ "q" \\n {x,y} NULL \u0000 \u2028 𠮷 \ud800'
  await store(
    version('odd', 1, { body: JSON.stringify({ text }), validFrom: '2026-01-01' }),
    version('"{,}\\', 1),
    version('NULL', 1, { validUntil: '2036-01-01' }),
  )
  const body = (await database.pool.query('select body::text from record where key = $1', ['odd'])).rows[0].body
  expect(JSON.parse(body)).toEqual({ text })
  expect(await standing('odd')).toMatchObject({ from: '2026-01-01', until: null, subjects: ['subject-of-odd'] })
  expect(await standing('"{,}\\')).toMatchObject({ from: null, until: null, body: { key: '"{,}\\', sequence: 1 } })
  expect(await standing('NULL')).toMatchObject({ from: null, until: '2036-01-01', subjects: ['subject-of-NULL'] })
})

test('a value that would shift its column is refused as a whole', async () => {
  await expect(store(version('fine', 1), version('shifting', 1, { eventId: 'a\nb' }))).rejects.toThrow('line break')
  expect(await standing('fine')).toBeUndefined()
})

test('a batch with new, newer and older versions leaves the newest standing and the others in the history', async () => {
  await store(version('a', 5), version('b', 5))
  const moved = { subjects: [{ type: 'person' as const, id: 'another-one' }] }
  await store(version('a', 7, moved), version('b', 3), version('c', 2), version('a', 6))
  expect(await standing('a')).toMatchObject({ sequence: 7, past: 2, subjects: ['another-one'] })
  expect(await standing('b')).toMatchObject({ sequence: 5, past: 1, subjects: ['subject-of-b'] })
  expect(await standing('c')).toMatchObject({ sequence: 2, past: 0, subjects: ['subject-of-c'] })
})

test('whom a record is about moves with each version, and nobody of an earlier one stays', async () => {
  const about = (...ids: string[]) => ({ subjects: ids.map(id => ({ type: 'person' as const, id })) })
  await store(version('moving', 1, about('one', 'two')))
  await store(version('moving', 2, about('two', 'three')))
  expect(await standing('moving')).toMatchObject({ about: 'person two,person three' })
  await store(version('moving', 3, about('four')))
  expect(await standing('moving')).toMatchObject({ about: 'person four', subjects: ['four'] })
})

test('who finds a new key taken by a faster transaction stores nothing, and is to try again', async () => {
  const [stored, first] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const faster = inTransaction(database.pool, async tx => {
    await storeVersions(tx, dataset, [version('raced', 1)])
    stored.resolve()
    await first.promise
  })
  await stored.promise
  const slower = store(version('beside', 1), version('raced', 2)).catch((error: unknown) => error)
  await eventually(async () => (await waitingOnes()) === 1)
  first.resolve()
  await faster
  expect(isOutage(await slower)).toBe(true)
  expect(await standing('beside')).toBeUndefined()
  await store(version('beside', 1), version('raced', 2))
  expect(await standing('raced')).toMatchObject({ sequence: 2, past: 1 })
})

async function waitingOnes(): Promise<number> {
  const { rows } = await database.pool.query(
    "select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
  )
  return rows[0].n
}
