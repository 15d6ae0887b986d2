import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import pg from 'pg'
import type { AccessLog } from '../../../../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../../../../services/exchange/log/append/create-access-log.ts'
import { readCheckpointText } from '../../../../../services/exchange/log/tree/checkpoint.ts'
import { createVerifier, openNote } from '../../../../../services/exchange/log/tree/note.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { pullDraft } from '../../../../support/log-drafts.ts'
import { naiveLeaf, naiveTree } from '../../../../support/naive-tree.ts'
import { entriesOf } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog

beforeAll(async () => {
  database = await createDatabase()
})
beforeEach(() => {
  log = createTestAccessLog(database.pool)
})
afterEach(async () => {
  log.close()
  await database.pool.query(`
    delete from access_log_batch; delete from access_log_node;
    update access_log_head set size = 0, edge = '', checkpoint = ''`)
})
afterAll(() => database?.drop())

/** How often the work of the append that ran last was run. */
let runs = 0
const append = (accessLog: AccessLog, repeatable: boolean) => {
  runs = 0
  return accessLog.commitWith(
    async (_, record) => {
      runs += 1
      record(pullDraft())
    },
    { repeatable },
  )
}

const indexesOf = ({ appended }: Awaited<ReturnType<typeof append>>) => appended.map(({ index }) => index)

async function leavesStored(): Promise<Buffer[]> {
  return (await entriesOf(database.pool)).map(naiveLeaf)
}

const headsPublished = () =>
  log.checkpoints().map(text => readCheckpointText(openNote(text, [createVerifier(log.verifierKey)])!)!)

/** As who may change tables, which the hub's own role may not. */
async function asOwner(sql: string) {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

test('batches that are sent while the one before waits for the head make one tree, published in its order', async () => {
  await append(log.accessLog, true)
  const holder = await database.pool.connect()
  await holder.query('begin')
  await holder.query('select from access_log_head for update')
  const sent = Array.from({ length: 3 }, () => append(log.accessLog, true).then(indexesOf))
  await waitingForHead(1)
  await holder.query('commit')
  holder.release()
  expect((await Promise.all(sent)).flat().toSorted()).toEqual([1, 2, 3])
  const tree = naiveTree(await leavesStored())
  const sizes = headsPublished().map(({ size }) => size)
  expect(sizes).toEqual(sizes.toSorted())
  expect(sizes.at(-1)).toBe(4)
  for (const { size, root } of headsPublished()) expect(root).toEqual(tree.root(size))
})

/** Resolves once so many statements of this database wait for a lock. */
async function waitingForHead(count: number): Promise<void> {
  const text = `select count(*)::int as waiting from pg_stat_activity
    where datname = current_database() and wait_event_type = 'Lock'`
  for (;;) {
    const { rows } = await database.pool.query<{ waiting: number }>(text)
    if (rows[0]!.waiting >= count) return
  }
}

test('a batch that would follow on a head that another process has moved is undone whole, and runs again with the head locked', async () => {
  const other = createAccessLog(log.options)
  await append(log.accessLog, true)
  await append(other, true)
  expect(indexesOf(await append(log.accessLog, true))).toEqual([2])
  expect(runs).toBe(2)
  expect(await leavesStored()).toHaveLength(3)
  expect(headsPublished().map(({ size }) => size)).toEqual([1, 2, 3])
})

test('once another has moved the head it is locked for a while, so that two busy processes do not refuse each other’s batches', async () => {
  const other = createAccessLog(log.options)
  await append(log.accessLog, true)
  await append(other, false)
  expect(indexesOf(await append(log.accessLog, true))).toEqual([2])
  expect(runs).toBe(2)
  await append(other, false)
  for (let n = 4; n < 60; n += 2) {
    expect(indexesOf(await append(log.accessLog, true))).toEqual([n])
    expect(runs).toBe(1)
    expect(indexesOf(await append(other, false))).toEqual([n + 1])
  }
})

test('nothing follows on a batch that was sealed and not committed', async () => {
  await append(log.accessLog, true)
  await asOwner('alter table access_log_batch add constraint no_more check (first < 1)')
  await expect(append(log.accessLog, true)).rejects.toThrow('no_more')
  await asOwner('alter table access_log_batch drop constraint no_more')
  expect(indexesOf(await append(log.accessLog, true))).toEqual([1])
  expect(headsPublished().map(({ size }) => size)).toEqual([1, 2])
})

test('a head that somebody else wrote is not followed on', async () => {
  await append(log.accessLog, true)
  await database.pool.query("update access_log_head set checkpoint = 'mine'")
  await expect(append(log.accessLog, true)).rejects.toThrow('not one this hub signed')
  expect(await leavesStored()).toHaveLength(1)
})

test('a checkpoint waits for those before it to be published, though its own batch is committed', async () => {
  const published: number[] = []
  const [called, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const keep = async (text: string) => {
    const { size } = readCheckpointText(openNote(text, [createVerifier(log.verifierKey)])!)!
    called.resolve()
    if (size === 1) await released.promise
    published.push(size)
  }
  const slow = createAccessLog({ ...log.options, sinks: [keep] })
  const first = append(slow, true)
  await called.promise
  const second = append(slow, true)
  while ((await leavesStored()).length < 2);
  await leavesStored()
  expect(published).toEqual([])
  released.resolve()
  expect([...indexesOf(await first), ...indexesOf(await second)]).toEqual([0, 1])
  expect(published).toEqual([1, 2])
})
