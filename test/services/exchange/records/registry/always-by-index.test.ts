import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import { inTransaction, type Transaction } from '../../../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { leaseDataset as dataset, leaseVersion as version } from '../../../../support/record-version.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createDatabase()
})
afterAll(() => database?.drop())

/** After it the planner knows of the tables that they are empty; who does not own them may not. */
async function vacuum() {
  const owner = new pg.Client({ connectionString: database.ownerUrl })
  await owner.connect()
  await owner.query('vacuum analyze record, record_history, record_subject')
  await owner.end()
}

/** How this transaction has read the tables so far. */
async function scans(tx: Transaction) {
  const { rows } = await tx.query(
    `select relname as name, seq_scan as all, idx_scan > 0 as "byIndex" from pg_stat_xact_user_tables
     where relname in ('record', 'record_history', 'record_subject') order by relname`,
  )
  return rows
}

const planning = `select pg_backend_pid() as process, current_setting('enable_seqscan') as whole`

test('a batch reads no table from end to end, though the planner takes them for empty; afterwards it plans as ever', async () => {
  await vacuum()
  const keys = Array.from({ length: 50 }, (_, at) => `key-${at}`)
  const within = await inTransaction(database.pool, async tx => {
    for (const sequence of [1, 3, 2]) {
      await storeVersions(
        tx,
        dataset,
        keys.map(key => version(key, sequence)),
      )
    }
    expect(await scans(tx)).toEqual([
      { name: 'record', all: 0, byIndex: true },
      { name: 'record_history', all: 0, byIndex: true },
      { name: 'record_subject', all: 0, byIndex: true },
    ])
    return (await tx.query(planning)).rows[0]
  })
  expect(within.whole).toBe('off')
  const afterwards = (await database.pool.query(planning)).rows[0]
  expect(afterwards).toEqual({ process: within.process, whole: 'on' })
})
