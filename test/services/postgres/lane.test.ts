import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import type pg from 'pg'
import { createLog } from '../../../services/contract/log.ts'
import { createLane, type Lane } from '../../../services/postgres/lane.ts'
import { isOutage } from '../../../services/postgres/outage.ts'
import { createPool } from '../../../services/postgres/pool.ts'
import type { Transaction } from '../../../services/postgres/transaction.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { eventually } from '../../support/eventually.ts'
import { type PostgresProxy, startPostgresProxy } from '../../support/postgres-proxy.ts'

let database: TestDatabase
let pool: pg.Pool
let lane: Lane

beforeAll(async () => {
  database = await createDatabase({ migrated: false })
  await withOwner('create table noted (text text)')
})
beforeEach(() => {
  pool = createPool({ url: database.ownerUrl, size: 10, log: createLog('test', 'silent') })
  lane = createLane(pool)
})
afterEach(async () => {
  await pool.query('truncate noted')
  await pool.end()
})
afterAll(() => database.drop())

async function withOwner(text: string) {
  const owner = createPool({ url: database.ownerUrl, size: 1, log: createLog('test', 'silent') })
  await owner.query(text)
  await owner.end()
}

const note = (text: string) => ({ text: 'insert into noted values ($1)', values: [text] })
const noted = async () => (await pool.query('select text from noted order by text')).rows.map(({ text }) => text)
const backendOf = async (tx: Transaction) => (await tx.query('select pg_backend_pid() as pid')).rows[0].pid as number

/** An error of the socket is no Error of the realm that jest runs tests in. */
const isOutageHere = ({ message, code }: { message: string; code?: string }) =>
  isOutage(Object.assign(new Error(message), code && { code }))

/** The statements in what a connection sends from now on, write by write. */
function writesOf(tx: Transaction): string[][] {
  const writes: string[][] = []
  const { stream } = (tx as unknown as { connection: { stream: { _handle: Record<string, unknown> } } }).connection
  const told = (bytes: string) => writes.push(bytes.match(/begin|insert|commit|as seen/g) ?? [])
  for (const name of ['writeBuffer', 'writeUtf8String', 'writev']) {
    const write = stream._handle[name] as (...words: unknown[]) => unknown
    stream._handle[name] = (request: unknown, data: unknown, ...rest: unknown[]) => {
      told([data].flat().map(String).join(''))
      return write.call(stream._handle, request, data, ...rest)
    }
  }
  return writes
}

test('the begin and the first reads of a transaction leave in one write with the end of the one before, and see what it committed', async () => {
  let writes: string[][] = []
  let next: Promise<unknown> | undefined
  await lane.run(
    async tx => {
      await tx.query('select 1')
      writes = writesOf(tx)
    },
    {
      last: () => [note('first')],
      leaving: () => {
        next = lane.run(async (_, seen: unknown) => seen, {
          first: async tx => (await tx.query('select text as seen from noted')).rows as unknown,
        })
      },
    },
  )
  expect(await next).toEqual([{ seen: 'first' }])
  expect(writes[0]).toEqual(['insert', 'commit', 'begin', 'as seen'])
})

test('a statement that fails undoes its own transaction alone, and tells its own error', async () => {
  let next: Promise<unknown> | undefined
  const failed = lane.run(async tx => void (await tx.query(note('undone'))), {
    last: () => [{ text: 'select 1 / 0' }],
    leaving: () => {
      next ??= lane.run(async () => void (await failed.catch(() => {})), { first: tx => tx.query(note('kept')) })
    },
  })
  await expect(failed).rejects.toMatchObject({ code: '22012' })
  await next
  expect(await noted()).toEqual(['kept'])
})

test('work that fails is undone before the next transaction begins', async () => {
  const failed = lane.run(async tx => {
    await tx.query(note('undone'))
    throw new Error('a bug')
  })
  const next = lane.run(async () => {}, { last: () => [note('kept')] })
  await expect(failed).rejects.toThrow('a bug')
  await next
  expect(await noted()).toEqual(['kept'])
})

test('a transaction whose work has swallowed an error is not told to be committed: PostgreSQL says so by a word alone', async () => {
  const run = lane.run(async tx => void (await tx.query('select 1 / 0').catch(() => {})))
  await expect(run).rejects.toThrow('a failed transaction was to be committed')
})

test('a slow transaction goes on beside the lane, two at most, and the others do not wait for it', async () => {
  const started: number[] = []
  const ends = [0, 1, 2, 3].map(() => Promise.withResolvers<void>())
  const slow = ends.map(({ promise }) =>
    lane.run(async tx => {
      started.push(await backendOf(tx))
      await promise
    }),
  )
  await eventually(() => started.length === 3)
  await pool.query('select pg_sleep(0.2)')
  expect(new Set(started).size).toBe(3)
  ends[0]!.resolve()
  await slow[0]
  await eventually(() => started.length === 4)
  const quick = lane.run(async () => 'answered')
  ends[1]!.resolve()
  expect(await quick).toBe('answered')
  for (const { resolve } of ends) resolve()
  await Promise.all(slow)
})

test('a connection that is lost fails what is underway on it as an outage; the next transaction has another', async () => {
  let next: Promise<{ message: string } | undefined> | undefined
  const lost = lane.run(
    async tx => {
      const pid = await backendOf(tx)
      await pool.query('select pg_terminate_backend($1)', [pid])
    },
    {
      last: () => [note('lost')],
      leaving: () => {
        next ??= lane.run(async () => undefined, { last: () => [note('lost too')] }).catch(error => error)
      },
    },
  )
  expect(isOutageHere(await lost.catch(error => error))).toBe(true)
  const followed = await next
  expect(followed === undefined || isOutageHere(followed)).toBe(true)
  await lane.run(async () => {}, { last: () => [note('kept')] })
  expect((await noted()).filter(text => text !== 'lost too')).toEqual(['kept'])
})

test('while the connection is frozen the others go on where another can be had, and nothing is kept waiting for good', async () => {
  const proxy: PostgresProxy = await startPostgresProxy(database.ownerUrl)
  const options = { url: proxy.url, size: 3, log: createLog('test', 'silent'), silentAfter: 500 }
  const far = createPool({ ...options, applicationName: 'frozen' })
  const laneFar = createLane(far)
  try {
    await laneFar
      .run(async tx => {
        await backendOf(tx)
        proxy.freeze('frozen')
      })
      .catch(() => {})
    const waiting = [1, 2, 3].map(() => laneFar.run(async tx => backendOf(tx)).catch(error => error))
    for (const outcome of await Promise.all(waiting)) expect(isOutageHere(outcome)).toBe(true)
    proxy.thaw()
    expect(await laneFar.run(async tx => backendOf(tx))).toEqual(expect.any(Number))
  } finally {
    await far.end()
    await proxy.close()
  }
})

test('the pool has its connection back as soon as nothing is underway, so that it can be ended', async () => {
  await Promise.all([1, 2, 3].map(() => lane.run(async () => {})))
  expect([pool.totalCount, pool.idleCount]).toEqual([1, 1])
})
