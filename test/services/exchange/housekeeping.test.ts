import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Registry } from 'prom-client'
import { keepHouse } from '../../../services/exchange/housekeeping.ts'
import { countClaims } from '../../../services/exchange/law/decision/claim-store.ts'
import { registerClaimAlarm } from '../../../services/exchange/law/decision/raise-claim-alarm.ts'
import { once } from '../../../services/exchange/platform/http/answer-once.ts'
import { inTransaction } from '../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

const now = new Date('2026-03-09T02:00:00Z')
const subject = { type: 'person', id: '11010519491231002X' } as const
let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database.drop())

test('answers for retries are kept a week, counts of claims a day', async () => {
  const attempt = (key: string) => ({ caller: 'taxation/office', key, digest: Buffer.alloc(32) })
  let worked = 0
  const work = async () => {
    worked += 1
    return { status: 201, body: worked }
  }
  const answer = (key: string, at: Date) => inTransaction(database.pool, tx => once(tx, attempt(key), at, work))
  await answer('eight-days-old', new Date('2026-03-01T01:00:00Z'))
  await answer('six-days-old', new Date('2026-03-03T03:00:00Z'))
  await inTransaction(database.pool, async tx => {
    await countClaims(tx, '2026-03-08', [{ department: 'taxation', subject, claims: 1 }])
    await countClaims(tx, '2026-03-09', [{ department: 'taxation', subject, claims: 1 }])
  })
  await keepHouse({ pool: database.pool, now: () => now })
  expect(await answer('six-days-old', now)).toEqual({ status: 201, body: 2 })
  expect(await answer('eight-days-old', now)).toEqual({ status: 201, body: 3 })
  const { rows } = await database.pool.query('select day from claim_count')
  expect(rows).toEqual([{ day: '2026-03-09' }])
})

test('guessing shows on the metrics under the department, without a trace of the subject', async () => {
  const registry = new Registry()
  registerClaimAlarm({ registry, pool: database.pool, now: () => now, limit: 3 })
  expect(await registry.metrics()).not.toContain('department=')
  await inTransaction(database.pool, tx =>
    countClaims(tx, '2026-03-09', [{ department: 'taxation', subject, claims: 3 }]),
  )
  const metrics = await registry.metrics()
  expect(metrics).toContain('datarun_claims_over_limit{department="taxation"} 1')
  expect(metrics).not.toContain(subject.id)
})
