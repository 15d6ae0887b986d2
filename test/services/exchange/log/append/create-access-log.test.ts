import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals'
import pg from 'pg'
import { canonicalJson } from '../../../../../services/contract/canonical-json.ts'
import { failure } from '../../../../../services/contract/failure.ts'
import type { AccessLog, Draft } from '../../../../../services/exchange/log/append/access-log.ts'
import { createAccessLog } from '../../../../../services/exchange/log/append/create-access-log.ts'
import { EntryTooLarge } from '../../../../../services/exchange/log/append/entry.ts'
import { lockHead } from '../../../../../services/exchange/log/append/log-store.ts'
import { readCheckpointText } from '../../../../../services/exchange/log/tree/checkpoint.ts'
import { readEntries } from '../../../../../services/exchange/log/tree/entry-store.ts'
import { LogUnavailable } from '../../../../../services/exchange/log/tree/log-unavailable.ts'
import { createVerifier, openNote } from '../../../../../services/exchange/log/tree/note.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { eventually } from '../../../../support/eventually.ts'
import { pullDraft, refusedDraft } from '../../../../support/log-drafts.ts'
import { naiveLeaf, naiveTree } from '../../../../support/naive-tree.ts'

let database: TestDatabase
let log: TestAccessLog

beforeAll(async () => {
  database = await createDatabase()
})
beforeEach(async () => {
  await emptyLog()
  log = createTestAccessLog(database.pool)
})
afterEach(() => log.close())
afterAll(() => database.drop())

const emptyLog = () =>
  database.pool.query(`
    delete from access_log_batch; delete from access_log_node;
    update access_log_head set size = 0, edge = '', checkpoint = ''`)

/** As who may change tables, which the hub's own role may not. */
async function asOwner(sql: string) {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  await client.query(sql)
  await client.end()
}

const write = (accessLog: AccessLog, ...drafts: Draft[]) =>
  accessLog.commitWith(async (_, record) => {
    for (const draft of drafts) record(draft)
    return 'done'
  })

const noSalt = (): never => {
  throw new TypeError('no random bytes')
}

const storedEntries = () => readEntries(database.pool, 0, Number.MAX_SAFE_INTEGER)

const headOf = (checkpoint: string) =>
  readCheckpointText(openNote(checkpoint, [createVerifier(log.verifierKey)]) ?? 'not signed')!

test('an entry is the canonical JSON of what was noted, its index, time and salt', async () => {
  await write(log.accessLog, pullDraft(7))
  const [{ entry } = { entry: '' }] = await storedEntries()
  const parsed = JSON.parse(entry)
  expect(canonicalJson(parsed)).toBe(entry)
  expect(parsed).toMatchObject({ index: 0, kind: 'pull', case: '2026-沪-7', official: 'u-3381', decision: 'permit' })
  expect(parsed.salt).toMatch(/^[0-9a-f]{32}$/)
})

test('each answer’s receipt proves its entry in the naive tree of all entries, under the published checkpoint', async () => {
  const receipts: string[] = []
  for (const count of [1, 5, 1, 40, 300]) {
    const drafts = Array.from({ length: count }, (_, n) => pullDraft(n))
    const { appended } = await write(log.accessLog, ...drafts)
    receipts.push(...appended.map(({ receipt }) => receipt()))
  }
  const leaves = (await storedEntries()).map(({ entry }) => naiveLeaf(entry))
  const tree = naiveTree(leaves)
  for (const [index, receipt] of receipts.entries()) {
    const [proof = '', checkpoint] = receipt.split(/\n\n(.*)/s)
    const { size, root } = headOf(checkpoint!)
    const hashes = tree.path(index, size).map(hash => hash.toString('base64'))
    expect(proof.split('\n')).toEqual([
      'c2sp.org/tlog-proof@v1',
      `extra ${leaves[index]!.toString('base64')}`,
      `index ${index}`,
      ...hashes,
    ])
    expect(root).toEqual(tree.root(size))
    expect(receipt.endsWith('\n')).toBe(true)
  }
})

test('two hubs on one database append without gap, in the order of commits, and every checkpoint is of one history', async () => {
  const hubs = [log.accessLog, createAccessLog(log.options)]
  const batches = await Promise.all(
    Array.from({ length: 80 }, (_, n) =>
      write(hubs[n % 2]!, ...Array.from({ length: 1 + (n % 9) }, () => pullDraft(n))),
    ),
  )
  const indexes = batches.flatMap(({ appended }) => appended.map(({ index }) => index)).sort((a, b) => a - b)
  const entries = await storedEntries()
  expect(indexes).toEqual(entries.map((_, i) => i))
  expect(entries.map(({ entry }) => JSON.parse(entry).index)).toEqual(indexes)
  const tree = naiveTree(entries.map(({ entry }) => naiveLeaf(entry)))
  const published = log.checkpoints().map(headOf)
  expect(Math.max(...published.map(({ size }) => size))).toBe(entries.length)
  for (const { size, root } of published) expect(root).toEqual(tree.root(size))
})

test('a refusal undoes the work’s effects and is logged all the same', async () => {
  const { outcome, appended } = await log.accessLog.commitWith(async (tx, record) => {
    await tx.query('update access_log_retention set minimum_index = 256')
    record(refusedDraft())
    return failure('CONSENT_MISSING')
  })
  expect(outcome).toEqual({ failure: 'CONSENT_MISSING' })
  expect(appended.map(({ index }) => index)).toEqual([0])
  expect((await storedEntries()).map(({ entry }) => JSON.parse(entry).code)).toEqual(['CONSENT_MISSING'])
  const { rows } = await database.pool.query('select minimum_index as minimum from access_log_retention')
  expect(rows).toEqual([{ minimum: 0 }])
})

test('work that throws leaves neither effects nor entries', async () => {
  const work = log.accessLog.commitWith(async (_, record) => {
    record(pullDraft())
    throw new Error('a bug')
  })
  await expect(work).rejects.toThrow('a bug')
  expect(await storedEntries()).toEqual([])
})

test('work that notes nothing is committed without a checkpoint', async () => {
  expect(await log.accessLog.commitWith(async () => 5)).toEqual({ outcome: 5, appended: [] })
  expect(log.checkpoints()).toEqual([])
})

test('an empty log’s checkpoint has size 0 and the hash of nothing', async () => {
  const { size, root } = headOf(await log.accessLog.checkpoint())
  expect({ size, root: root.toString('base64') }).toEqual({
    size: 0,
    root: '47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=',
  })
})

test('where the checkpoint cannot be signed nothing is committed and nothing answered', async () => {
  const line = () => {
    throw new Error('the key is gone')
  }
  const unsigned = createAccessLog({ ...log.options, signer: { ...log.options.signer, line } })
  await expect(write(unsigned, pullDraft())).rejects.toBeInstanceOf(LogUnavailable)
  expect(await storedEntries()).toEqual([])
})

test('where the checkpoint cannot be kept outside the database nothing is answered, and the log goes on when it can', async () => {
  let full = true
  const keep = (checkpoint: string) => {
    if (full) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' })
    return log.options.sinks[0]!(checkpoint)
  }
  const hub = createAccessLog({ ...log.options, sinks: [keep] })
  await expect(write(hub, pullDraft(0))).rejects.toBeInstanceOf(LogUnavailable)
  expect(log.checkpoints()).toEqual([])
  full = false
  const { appended } = await write(hub, pullDraft(1))
  expect(appended.map(({ index }) => index)).toEqual([1])
  expect(log.checkpoints().map(checkpoint => headOf(checkpoint).size)).toEqual([2])
})

test('where checkpoints could not be kept no work is begun, and readiness says so', async () => {
  let room = false
  const verifySinks = () => {
    if (!room) throw new Error('the disk of the checkpoint file is full')
  }
  const hub = createAccessLog({ ...log.options, verifySinks })
  let begun = 0
  const work = () =>
    hub.commitWith(async () => {
      begun += 1
    })
  await expect(work()).rejects.toThrow('checkpoints cannot be kept outside the database: the disk')
  await expect(hub.verifyHead()).rejects.toBeInstanceOf(LogUnavailable)
  expect(begun).toBe(0)
  room = true
  await work()
  await hub.verifyHead()
  expect(begun).toBe(1)
})

test('a process that is frozen with the head of the log in hand keeps the others waiting for seconds only', async () => {
  const frozen = Promise.withResolvers<void>()
  const held = createAccessLog(log.options).commitWith(async (tx, record) => {
    await lockHead(tx)
    record(pullDraft(0))
    await frozen.promise
  })
  held.catch(() => {})
  await eventually(async () => {
    const text = "select from pg_stat_activity where state = 'idle in transaction' and datname = current_database()"
    return (await database.pool.query(text)).rowCount === 1
  })
  const begun = performance.now()
  const { appended } = await write(log.accessLog, pullDraft(1))
  expect(performance.now() - begun).toBeLessThan(8_000)
  expect(appended.map(({ index }) => index)).toEqual([0])
  frozen.resolve()
  await expect(held).rejects.toThrow()
  expect(await storedEntries()).toHaveLength(1)
})

test('a checkpoint of a transaction that did not commit never leaves the process', async () => {
  await write(log.accessLog, pullDraft(0))
  await asOwner(`
    create function refuse_commit() returns trigger language plpgsql as $$ begin raise exception 'not today'; end $$;
    create constraint trigger refuse_commit after insert on access_log_batch deferrable initially deferred
      for each row execute function refuse_commit()`)
  await expect(write(log.accessLog, pullDraft(1))).rejects.toThrow('not today')
  await asOwner('drop trigger refuse_commit on access_log_batch')
  expect(log.checkpoints().map(checkpoint => headOf(checkpoint).size)).toEqual([1])
  const { appended } = await write(log.accessLog, pullDraft(2))
  expect(appended.map(({ index }) => index)).toEqual([1])
})

test('a refusal that cannot be logged keeps nobody else waiting: everything logged afterwards stood still for good', async () => {
  let isSalted = false
  const random = (bytes: number) => (isSalted ? log.options.random(bytes) : noSalt())
  const accessLog = createAccessLog({ ...log.options, random })
  const refused = (draft: Draft) =>
    accessLog.commitWith(async (_, record) => {
      record(draft)
      return failure('CONSENT_MISSING')
    })
  await expect(refused(refusedDraft())).rejects.toThrow(TypeError)
  isSalted = true
  await asOwner('alter table access_log_batch add constraint nothing check (first < 0)')
  await expect(refused(refusedDraft())).rejects.toThrow('nothing')
  await asOwner('alter table access_log_batch drop constraint nothing')
  const after = write(accessLog, pullDraft(1)).then(({ appended }) => appended.map(({ index }) => index))
  expect(await Promise.race([after, sleep(5_000, 'still waiting')])).toEqual([0])
})

test('the hub extends no head that it did not sign', async () => {
  await write(log.accessLog, pullDraft(0), pullDraft(1))
  const { rows } = await database.pool.query('select edge from access_log_head')
  const forged = Buffer.from(rows[0]!.edge)
  forged[0]! ^= 1
  await database.pool.query('update access_log_head set edge = $1', [forged])
  await expect(write(log.accessLog, pullDraft(2))).rejects.toThrow('not one this hub signed')
  await expect(write(createAccessLog(log.options), pullDraft(2))).rejects.toThrow('not one this hub signed')
  await expect(log.accessLog.verifyHead()).rejects.toThrow('not one this hub signed')
})

test('the hub does not go on from a head older than one it committed', async () => {
  await write(log.accessLog, pullDraft(0))
  const { rows } = await database.pool.query('select size, edge, checkpoint from access_log_head')
  await write(log.accessLog, pullDraft(1))
  const { size, edge, checkpoint } = rows[0]!
  await database.pool.query('update access_log_head set size = $1, edge = $2, checkpoint = $3', [
    size,
    edge,
    checkpoint,
  ])
  await database.pool.query('delete from access_log_batch where first >= $1', [size])
  await expect(write(log.accessLog, pullDraft(1))).rejects.toThrow('the log went back from size 2 to 1')
})

test('work whose entry cannot be written is not committed, though its statement goes out together with the commit', async () => {
  const work = createAccessLog({ ...log.options, random: noSalt }).commitWith(async (tx, record) => {
    await tx.query('update access_log_retention set minimum_index = 256')
    record(pullDraft(0))
  })
  await expect(work).rejects.toThrow(TypeError)
  const { rows } = await database.pool.query('select minimum_index as minimum from access_log_retention')
  expect(rows).toEqual([{ minimum: 0 }])
  await asOwner('alter table access_log_batch add constraint nobody check (first < 0)')
  const refused = log.accessLog.commitWith(async (tx, record) => {
    await tx.query('update access_log_retention set minimum_index = 256')
    record(pullDraft(0))
  })
  await expect(refused).rejects.toThrow('nobody')
  await asOwner('alter table access_log_batch drop constraint nobody')
  expect((await database.pool.query('select minimum_index as minimum from access_log_retention')).rows).toEqual(rows)
  expect(log.checkpoints()).toEqual([])
})

test('an entry that would exceed 65,535 bytes is refused before anything is locked', async () => {
  const content = { ...pullDraft().content, purpose: '长'.repeat(22_000) }
  await expect(write(log.accessLog, pullDraft(0, { content }))).rejects.toBeInstanceOf(EntryTooLarge)
  expect(await storedEntries()).toEqual([])
})

test('newlines, NUL and quotes in what a caller sends are kept in the entry and harm no other', async () => {
  const odd = 'a\nb\0c"d\\e\u001ff'
  await write(log.accessLog, pullDraft(0, { case: odd, datasets: ['x\ny', 'z'], official: odd }), pullDraft(1))
  const entries = await storedEntries()
  expect(entries.map(({ entry }) => JSON.parse(entry).case)).toEqual([odd, '2026-沪-1'])
})
