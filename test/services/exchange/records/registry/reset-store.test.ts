/**
 * A reset let two versions pass, where a transaction had begun before it was approved; and each record read all resets of its
 * dataset (10,000 of them: 4.8 s for a thousand records).
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import { answerReset, insertReset } from '../../../../../services/exchange/records/registry/sequence-reset-store.ts'
import type { RecordVersion } from '../../../../../services/exchange/records/registry/version.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { leaseDataset as dataset, leaseVersion as version } from '../../../../support/record-version.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
  const { pool } = database
  await pool.query(`insert into department (id, title, credit_code) values ('housing', '{}', '1')`)
  await pool.query(`insert into dataset (id, department, entry) values ($1, 'housing', '{}')`, [dataset])
})
afterAll(() => database?.drop())

const store = (...batch: RecordVersion[]) => inTransaction(database.pool, tx => storeVersions(tx, dataset, batch))
const standing = async (key: string) =>
  (await database.pool.query('select sequence from record where dataset = $1 and key = $2', [dataset, key])).rows[0]

/** Approved by another person at this moment. */
async function reset(key: string | null) {
  const { pool } = database
  const asked = { dataset, key, reason: 'a trial', id: randomUUID(), askedAt: new Date(), askedBy: 'one' }
  await inTransaction(pool, async tx => {
    const { id } = await insertReset(tx, asked)
    await answerReset(tx, { id, state: 'approved', answeredBy: 'other' })
  })
}

test('a reset is used up by one version, also of a transaction that had begun before it was approved', async () => {
  await store(version('reset', 1_000))
  await inTransaction(database.pool, async tx => {
    await tx.query('select now()')
    await reset('reset')
    await storeVersions(tx, dataset, [version('reset', 10)])
  })
  expect(await standing('reset')).toMatchObject({ sequence: 10 })
  await store(version('reset', 5))
  expect(await standing('reset')).toMatchObject({ sequence: 10 })
})

test('a reset of the whole dataset holds for each record once', async () => {
  await store(version('all-1', 1_000), version('all-2', 1_000))
  await reset(null)
  await store(version('all-1', 10), version('all-1', 5), version('all-2', 10))
  await store(version('all-2', 5))
  expect(await standing('all-1')).toMatchObject({ sequence: 10 })
  expect(await standing('all-2')).toMatchObject({ sequence: 10 })
})

test('however many records were reset, a batch asks for its own only', async () => {
  await database.pool.query(
    `insert into sequence_reset (id, dataset, key, reason, state, asked_at, asked_by, answered_at, answered_by)
     select 'r' || n, $1, 'other-' || n, 'a trial', 'approved', now(), 'one', now(), 'other' from generate_series(1, 5000) n`,
    [dataset],
  )
  const keys = Array.from({ length: 100 }, (_, n) => `own-${n}`)
  await store(...keys.map(key => version(key, 1)))
  const read = await inTransaction(database.pool, async tx => {
    await storeVersions(
      tx,
      dataset,
      keys.map(key => version(key, 2)),
    )
    const text = `select coalesce(idx_tup_fetch, 0) + seq_tup_read as read from pg_stat_xact_user_tables
                  where relname = 'sequence_reset'`
    return (await tx.query<{ read: number }>(text)).rows[0]!.read
  })
  expect(read).toBeLessThan(100)
})
