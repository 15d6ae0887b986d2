/**
 * Promise 7: nobody rewrites history unseen, PostgreSQL's superuser included (faults-and-attacks A10). Each attack is done as
 * that role, with triggers and foreign keys off; the auditor holds what the hub published before, and names the first wrong
 * index.
 */
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openKeeping } from '../../services/auditor/held.ts'
import { addressSource } from '../../services/auditor/source.ts'
import { openWatch } from '../../services/auditor/watch.ts'
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { cutHashes, emptyEdge, grow, rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { createSigner, generateNoteKey, signNote } from '../../services/exchange/log/tree/note.ts'
import { packRow, unpackEntries } from '../../services/exchange/log/tree/packed-entries.ts'
import { readBundle } from '../../services/exchange/log/tree/tile-store.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { recomputedTree, signedAnew } from '../support/forger.ts'
import { forgeEntries, forgeTexts, type StoredEntry } from '../support/packed-log.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
  await audited.append(1, 1, 1, 1, 1, 1, 1, 1, 300, 1, 1)
})
afterEach(() => audited.close())

const size = 310
const otherOfficial = (entry: string) => entry.replace('u-3381', 'u-0000')
/** Another official in one entry, whose row is packed anew. */
const rewrite = (wanted: number) =>
  forgeTexts(audited.asSuperuser, (entry, index) => (index === wanted ? otherOfficial(entry) : entry))

/** As if they had always stood one after another. */
const numbered = (entries: readonly StoredEntry[]) => entries.map((one, index) => ({ ...one, index }))

const recomputeTree = () => recomputedTree(audited)

test('the attacks are made by a superuser, whom no right, trigger or foreign key holds back', async () => {
  const { rows } = await audited.asSuperuser(
    "select usesuper, current_setting('session_replication_role') as role from pg_user where usename = current_user",
  )
  expect(rows).toEqual([{ usesuper: true, role: 'replica' }])
})

test('an entry changed in its row is named', async () => {
  await rewrite(4)
  expect(await audited.verify()).toMatchObject({ problem: 'entry-changed', index: 4 })
})

test('an entry changed with every hash that follows from it is named by the checkpoints held', async () => {
  await rewrite(4)
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 4 })
})

test('within one batch the entry is narrowed down by checkpoints, and named by leaf hashes kept', async () => {
  const keeping = openKeeping(join(audited.folder, 'kept'))
  await (await openWatch(addressSource(audited.server.address), audited.trust, keeping)).round()
  await rewrite(200)
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 8, through: 307 })
  const kept = await keeping.leaves()
  expect(await audited.verify({ kept })).toMatchObject({ problem: 'entry-changed', index: 200 })
})

test('without any earlier checkpoint the one that is served gives it away all the same: only the key’s holder can sign', async () => {
  await rewrite(4)
  await recomputeTree()
  expect(await audited.verify({ held: [] })).toMatchObject({ problem: 'root-wrong', index: 0, through: size - 1 })
})

test('a tree made anew and signed with another key is not trusted', async () => {
  await rewrite(4)
  const edge = await recomputeTree()
  const { signingKey } = generateNoteKey(audited.log.accessLog.origin)
  const text = checkpointText({ origin: audited.log.accessLog.origin, size, root: rootOf(edge) })
  await audited.asSuperuser('update access_log_head set checkpoint = $1', [signNote(text, [createSigner(signingKey)])])
  expect(await audited.verify()).toMatchObject({ problem: 'checkpoint-untrusted' })
})

test('an entry taken out of the middle is named', async () => {
  await forgeEntries(audited.asSuperuser, entries => entries.filter(({ index }) => index !== 6))
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 6 })
})

test('an entry taken out and the rest moved up is named', async () => {
  await forgeEntries(audited.asSuperuser, entries => numbered(entries.filter(({ index }) => index !== 6)))
  await recomputeTree()
  await audited.asSuperuser('update access_log_head set size = $1', [size])
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 6 })
})

test('the tail deleted is a log shorter than the checkpoint held', async () => {
  const { rows } = await audited.asSuperuser('select checkpoint from access_log_head')
  await audited.asSuperuser('delete from access_log_batch where first >= 309')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 309 })
  await truncateTo(309)
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 309 })
  expect(rows[0].checkpoint).toContain('\n310\n')
})

/** An older state of the whole log, signature and all, as a restored backup has it. */
async function truncateTo(older: number) {
  const { rows } = await audited.asSuperuser('select leaves from access_log_batch where first < $1 order by first', [
    older,
  ])
  const { edge } = grow(
    emptyEdge,
    rows.flatMap(row => cutHashes(row.leaves)),
  )
  const checkpoint = audited.log.checkpoints().find(note => note.includes(`\n${older}\n`))
  await audited.asSuperuser('delete from access_log_batch where first >= $1', [older])
  await audited.asSuperuser('delete from access_log_node where (index + 1) * 256 > $1', [older])
  const values = [older, Buffer.concat(edge.hashes), checkpoint]
  await audited.asSuperuser('update access_log_head set size = $1, edge = $2, checkpoint = $3', values)
}

test('an older backup restored is a log shorter than the checkpoint held, and the hub itself will not go on from it', async () => {
  await truncateTo(8)
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 8, through: size - 1 })
  await expect(audited.append(1)).rejects.toThrow('the log went back')
})

test('two entries swapped are named', async () => {
  const swapped = new Map([
    [2, 5],
    [5, 2],
  ])
  await forgeEntries(audited.asSuperuser, entries =>
    entries.map(one => ({ ...entries[swapped.get(one.index) ?? one.index]!, index: one.index })),
  )
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 2 })
})

test('an entry put in is named', async () => {
  await forgeEntries(audited.asSuperuser, entries =>
    numbered(entries.toSpliced(3, 0, { ...entries[2]!, entry: entries[2]!.entry.replace('"index":2', '"index":3') })),
  )
  const edge = await recomputeTree()
  expect(edge.size).toBe(size + 1)
  await audited.asSuperuser('update access_log_head set size = $1', [size])
  expect(await audited.verify()).toMatchObject({ index: 3 })
})

test('an emptied log is a log shorter than the checkpoint held', async () => {
  await audited.asSuperuser('truncate access_log_batch, access_log_node')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 0 })
  await audited.asSuperuser("update access_log_head set size = 0, edge = '', checkpoint = ''")
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 0, through: size - 1 })
  await expect(audited.append(1)).rejects.toThrow('the log went back')
})

test('a view in place of the table is named where it lies', async () => {
  const { rows } = await audited.asSuperuser('select entries from access_log_batch where first = 7')
  const lie = packRow(7, unpackEntries(rows[0].entries, 1).map(otherOfficial), Buffer.alloc(32)).entries
  await audited.asSuperuser(`alter table access_log_batch rename to truth`)
  await audited.asSuperuser(`create view access_log_batch as select first, size, at,
    case when first = 7 then decode('${lie.toString('hex')}', 'hex') else entries end as entries, leaves from truth`)
  await audited.asSuperuser('grant select on access_log_batch to datarun_services')
  expect(await audited.verify({ source: recordless() })).toMatchObject({ problem: 'entry-changed', index: 7 })
})

test('a row hidden from the hub by a policy is missing where it lay', async () => {
  await audited.asSuperuser('alter table access_log_batch enable row level security')
  await audited.asSuperuser('create policy hide on access_log_batch using (first <> 7) with check (true)')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 7 })
})

test('a trigger that stores other bytes than the hub wrote is found out by the first reader', async () => {
  await audited.asSuperuser(`create function forge() returns trigger language plpgsql as $$ begin
    if position('u-3381'::bytea in new.entries) > 0 then
      new.entries = overlay(new.entries placing 'u-0000'::bytea from position('u-3381'::bytea in new.entries));
    end if;
    return new; end $$`)
  await audited.asSuperuser(
    'create trigger forge before insert on access_log_batch for each row execute function forge()',
  )
  await audited.append(1)
  expect(await audited.verify()).toMatchObject({ problem: 'entry-changed', index: size })
})

/** The view takes no inserts, so bundles (whose reading is logged) are read from the tables and served from there. */
const recordless = () => {
  const served = addressSource(audited.server.address, () => 'auditor')
  return {
    ...served,
    entries: async (index: number, width: number) =>
      (await readBundle(audited.database.pool, { level: 'entries', index, width }))!,
  }
}

/** Entries 8 to 255 lie in one row, 256 to 307 in the next, and all before and after alone. */
const row = (first: number) => `access_log_batch where first = ${first}`

test('a row replaced by the beginning of another is named at its first entry', async () => {
  await audited.asSuperuser(`update access_log_batch as cut set (entries, leaves) =
    (select entries, substring(leaves for 32 * cut.size) from ${row(8)}) where first = 256`)
  expect(await audited.verify()).toMatchObject({ index: 256 })
})

test('two rows swapped are named at the first of them', async () => {
  await audited.asSuperuser(`update access_log_batch as a set entries = b.entries, leaves = b.leaves
    from access_log_batch as b where (a.first, b.first) in ((2, 5), (5, 2))`)
  expect(await audited.verify()).toMatchObject({ problem: 'entry-misplaced', index: 2 })
})

test.each([
  ['cut', 'substring(entries for length(entries) - 9)'],
  ['emptied', "''"],
  ['of another format', "'{}'"],
])('the entries of a packed row that is %s are missing from its first on', async (_, entries) => {
  await audited.asSuperuser(`update access_log_batch set entries = ${entries} where first = 256`)
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 256 })
})

test('a row that says more entries than it holds misses the others, where they would lie', async () => {
  await forgeEntries(audited.asSuperuser, entries => entries.filter(({ index }) => index < 300 || index > 307))
  await audited.asSuperuser(`update access_log_batch set size = 52, leaves = leaves || decode(repeat('00', 8 * 32), 'hex')
    where first = 256`)
  expect(await audited.verify()).toMatchObject({ index: 300 })
})

test('a row that would unpack to more than a bundle can hold is never unpacked, and its entries are missing', async () => {
  const bomb = zstdCompressSync(Buffer.alloc(400_000_000))
  await audited.asSuperuser('update access_log_batch set entries = $1 where first = 256', [bomb])
  const before = process.memoryUsage().arrayBuffers
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 256 })
  expect(unpackEntries(bomb, 52)).toEqual([])
  // Each of the few readings may take 16 MiB before it is given up.
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(200_000_000)
})

test('rows that overlap give each index one entry: the second is not read in the place of the first', async () => {
  await audited.asSuperuser(`insert into access_log_batch select 9, 1, at, entries, leaves from ${row(4)}`)
  expect(await audited.verify()).toMatchObject({ checkpoint: { size } })
})

test('a wrong hash in a tile above the leaves is found, though entries and root are right', async () => {
  await audited.asSuperuser('update access_log_node set hash = $1 where level = 1 and index = 0', [Buffer.alloc(32)])
  expect(await audited.verify()).toMatchObject({ problem: 'tile-wrong', index: 0, through: 255 })
})

test('entries removed as if past their retention are missed: no entry of the log says so', async () => {
  const { rows } = await audited.asSuperuser('select leaves from access_log_batch where first < 256 order by first')
  const hashes = Buffer.concat(rows.map(({ leaves }) => leaves))
  await audited.asSuperuser('insert into access_log_tile (index, hashes) values (0, $1)', [hashes])
  await audited.asSuperuser('delete from access_log_batch where first < 256')
  await audited.asSuperuser('update access_log_retention set minimum_index = 256')
  expect(await audited.verify({ minimumIndex: 256 })).toMatchObject({
    problem: 'entries-missing',
    index: 0,
    through: 255,
  })
})

test('a watch alarms at the next round after history changed, and names the index', async () => {
  const keeping = openKeeping(join(audited.folder, 'kept'))
  const watch = await openWatch(addressSource(audited.server.address), audited.trust, keeping)
  expect(await watch.round()).toMatchObject({ size })
  await rewrite(200)
  // The worst case: the signing key is stolen too. Nothing but what the auditor kept is against the forger now.
  await signedAnew(audited, await recomputeTree())
  expect(await watch.round()).toMatchObject({ problem: 'entry-changed', index: 200 })
})

test('a stolen key makes two trees of one size, which any checkpoint or receipt held from before shows', async () => {
  await rewrite(4)
  await signedAnew(audited, await recomputeTree())
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 4 })
})

test('the hub does not sign a tree that was changed under it', async () => {
  await rewrite(4)
  await recomputeTree()
  await expect(audited.append(1)).rejects.toThrow('not one this hub signed')
  const { rows } = await audited.asSuperuser('select edge from access_log_head')
  expect(cutHashes(rows[0].edge)).toHaveLength(5)
})
