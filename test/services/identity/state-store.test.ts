import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { AdapterPayload } from 'oidc-provider'
import { createAdapter, sweep } from '../../../services/identity/state-store.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

const adapter = (kind: string) => createAdapter(database.pool, kind, [])
const outcomes = async (attempts: Promise<unknown>[]) =>
  (await Promise.allSettled(attempts)).map(({ status }) => status).sort()

test('of many who redeem a code at the same time, one succeeds', async () => {
  const codes = adapter('AuthorizationCode')
  await codes.upsert('code', { grantId: 'grant' }, 60)
  const attempts = Array.from({ length: 8 }, () => codes.consume('code'))
  expect(await outcomes(attempts)).toEqual(['fulfilled', ...Array(7).fill('rejected')])
  expect(((await codes.find('code')) as AdapterPayload).consumed).toBeGreaterThan(1_700_000_000)
})

test('of many who use an assertion at the same time, one succeeds', async () => {
  const exp = Math.floor(Date.now() / 1000) + 60
  const attempts = Array.from({ length: 8 }, () => adapter('ReplayDetection').upsert('assertion', { exp }, 60))
  expect(await outcomes(attempts)).toEqual(['fulfilled', ...Array(7).fill('rejected')])
})

test('what belongs to a withdrawn grant is gone, and nothing else', async () => {
  const codes = adapter('AuthorizationCode')
  await codes.upsert('one', { grantId: 'withdrawn' }, 60)
  await codes.upsert('two', { grantId: 'kept' }, 60)
  await codes.revokeByGrantId('withdrawn')
  expect(await codes.find('one')).toBeUndefined()
  expect(await codes.find('two')).toEqual({ grantId: 'kept' })
})

test('a session is found by its public name too, and changes in place', async () => {
  const sessions = adapter('Session')
  await sessions.upsert('secret-name', { uid: 'public-name' }, 60)
  await sessions.upsert('secret-name', { uid: 'public-name', accountId: 'li-mei' }, 60)
  expect(await sessions.findByUid('public-name')).toEqual({ uid: 'public-name', accountId: 'li-mei' })
  expect(await adapter('Grant').find('secret-name')).toBeUndefined()
  await sessions.destroy('secret-name')
  expect(await sessions.find('secret-name')).toBeUndefined()
})

test('what has expired is not found, and swept away', async () => {
  await adapter('Session').upsert('old', {}, -1)
  await adapter('ReplayDetection').upsert('old', { exp: 1 }, -1)
  expect(await adapter('Session').find('old')).toBeUndefined()
  await sweep(database.pool)
  const { rows } = await database.pool.query(
    `select id from issuer_state where id = 'old' union all select id from issuer_assertion where id = 'old'`,
  )
  expect(rows).toEqual([])
})
