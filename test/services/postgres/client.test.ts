import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type pg from 'pg'
import { createLog } from '../../../services/contract/log.ts'
import { isOutage } from '../../../services/postgres/outage.ts'
import { createPool } from '../../../services/postgres/pool.ts'
import { inTransaction } from '../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'

let database: TestDatabase

beforeAll(async () => {
  database = await createDatabase({ migrated: false })
})
afterAll(() => database.drop())

const poolWith = (settings: { silentAfter?: number } = {}) =>
  createPool({ url: database.url, size: 2, log: createLog('test', 'silent'), ...settings })

test('answers a text, a text with values and a configuration, by promise and by callback', async () => {
  await inTransaction(database.pool, async tx => {
    expect((await tx.query('select 1 as n')).rows).toEqual([{ n: 1 }])
    expect((await tx.query('select $1::int as n', [2])).rows).toEqual([{ n: 2 }])
    expect((await tx.query({ text: 'select $1::int as n', values: [3] })).rows).toEqual([{ n: 3 }])
    expect((await tx.query({ name: 'four', text: 'select $1::int as n' }, [4])).rows).toEqual([{ n: 4 }])
    const heard = await new Promise((resolve, reject) => {
      tx.query('select 5 as n', (error: Error | null, result: pg.QueryResult) =>
        error ? reject(error) : resolve(result.rows),
      )
    })
    expect(heard).toEqual([{ n: 5 }])
  })
})

test('a configuration that is used again is not written to', async () => {
  const config = Object.freeze({ name: 'kept', text: 'select 1 as n' })
  await inTransaction(database.pool, async tx => {
    const answers = await Promise.all([tx.query(config), tx.query(config)])
    expect(answers.map(({ rows }) => rows)).toEqual([[{ n: 1 }], [{ n: 1 }]])
  })
})

test('an error of the database names the place that asked', async () => {
  async function askForWhatIsNotThere() {
    return await inTransaction(database.pool, async tx => tx.query('select * from nowhere'))
  }
  const error = await askForWhatIsNotThere().then(
    () => undefined,
    (error: Error & { code?: string }) => error,
  )
  expect(error).toMatchObject({ code: '42P01', stack: expect.stringContaining('askForWhatIsNotThere') })
})

test('a statement that waits while nothing moves ends as an outage, and the pool goes on', async () => {
  const pool = poolWith({ silentAfter: 200 })
  try {
    const error = await pool.query('select pg_sleep(5)').catch((error: unknown) => error)
    expect(isOutage(error)).toBe(true)
    expect((await pool.query('select 1 as n')).rows).toEqual([{ n: 1 }])
  } finally {
    await pool.end()
  }
})

test('a connection that is silent because nobody asks it anything stays, and is watched again once it is asked', async () => {
  const pool = poolWith({ silentAfter: 50 })
  try {
    const backends = await inTransaction(pool, async tx => {
      const before = await backendOf(tx)
      await new Promise(resolve => connectionOf(tx).stream.once('timeout', resolve))
      return [before, await backendOf(tx)]
    })
    expect(backends[0]).toBe(backends[1])
    const hanging = inTransaction(pool, async tx => {
      await new Promise(resolve => connectionOf(tx).stream.once('timeout', resolve))
      await tx.query('select pg_sleep(5)')
    })
    expect(isOutage(await hanging.catch((error: unknown) => error))).toBe(true)
  } finally {
    await pool.end()
  }
})

test('an answered statement is gone with the next young collection: nothing old keeps it', async () => {
  setFlagsFromString('--expose-gc')
  const collect = runInNewContext('gc') as (options?: { type: 'minor' }) => void
  const pool = poolWith()
  try {
    const kept = await inTransaction(pool, async tx => {
      await askFor(tx, 50)
      collect()
      const before = process.memoryUsage().heapUsed
      for (let round = 0; round < 20; round++) {
        await askFor(tx, 50)
        collect({ type: 'minor' })
        collect({ type: 'minor' })
      }
      return process.memoryUsage().heapUsed - before
    })
    const asked = 20 * 50 * valueSize
    expect(kept / asked).toBeLessThan(0.1)
  } finally {
    await pool.end()
  }
})

const valueSize = 20_000

/** Each with a text of its own. */
async function askFor(tx: pg.ClientBase, statements: number) {
  for (let n = 0; n < statements; n++) {
    const text = `${n} ${Math.random()} `.padEnd(valueSize, String(n))
    await tx.query({ name: 'length', text: 'select length($1::text)', values: [text] })
  }
}

const backendOf = async (tx: pg.ClientBase) => (await tx.query('select pg_backend_pid() as pid')).rows[0].pid
const connectionOf = (tx: pg.ClientBase) =>
  (tx as unknown as { connection: { stream: NodeJS.EventEmitter } }).connection

test('an error that quotes a record is no outage, whatever the record says', () => {
  const thrown = (work: () => unknown) => {
    try {
      return work()
    } catch (error) {
      return error
    }
  }
  expect(isOutage(thrown(() => JSON.parse('connection timeout')))).toBe(false)
  expect(isOutage(new Error('Connection terminated unexpectedly'))).toBe(true)
})
