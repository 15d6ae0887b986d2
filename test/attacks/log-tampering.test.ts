/**
 * Promise 7: nobody rewrites history unseen, PostgreSQL's superuser included (faults-and-attacks A10). Each attack is done as
 * that role, with triggers and foreign keys off; the auditor holds what the hub published before, and names the first wrong
 * index.
 */
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from '@jest/globals'
import { openKeeping } from '../../services/auditor/held.ts'
import { addressSource } from '../../services/auditor/source.ts'
import { openWatch } from '../../services/auditor/watch.ts'
import { cutHashes } from '../../services/exchange/log/append/log-store.ts'
import { checkpointText } from '../../services/exchange/log/tree/checkpoint.ts'
import { emptyEdge, grow, rootOf } from '../../services/exchange/log/tree/merkle.ts'
import { createSigner, generateNoteKey, signNote } from '../../services/exchange/log/tree/note.ts'
import { type AuditedLog, openAuditedLog } from '../support/audited-log.ts'
import { recomputedTree, signedAnew } from '../support/forger.ts'

let audited: AuditedLog
beforeEach(async () => {
  audited = await openAuditedLog()
  await audited.append(1, 1, 1, 1, 1, 1, 1, 1, 300, 1, 1)
})
afterEach(() => audited.close())

const size = 310
const rewrite = "update access_log_entry set entry = replace(entry, 'u-3381', 'u-0000') where index = $1"

const recomputeTree = () => recomputedTree(audited)

test('the attacks are made by a superuser, whom no right, trigger or foreign key holds back', async () => {
  const { rows } = await audited.asSuperuser(
    "select usesuper, current_setting('session_replication_role') as role from pg_user where usename = current_user",
  )
  expect(rows).toEqual([{ usesuper: true, role: 'replica' }])
})

test('an entry changed in its row is named', async () => {
  await audited.asSuperuser(rewrite, [4])
  expect(await audited.verify()).toMatchObject({ problem: 'entry-changed', index: 4 })
})

test('an entry changed with every hash that follows from it is named by the checkpoints held', async () => {
  await audited.asSuperuser(rewrite, [4])
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 4 })
})

test('within one batch the entry is narrowed down by checkpoints, and named by leaf hashes kept', async () => {
  const keeping = openKeeping(join(audited.folder, 'kept'))
  await (await openWatch(addressSource(audited.server.address), audited.trust, keeping)).round()
  await audited.asSuperuser(rewrite, [200])
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 8, through: 307 })
  const kept = await keeping.leaves()
  expect(await audited.verify({ kept })).toMatchObject({ problem: 'entry-changed', index: 200 })
})

test('without any earlier checkpoint the one that is served gives it away all the same: only the key’s holder can sign', async () => {
  await audited.asSuperuser(rewrite, [4])
  await recomputeTree()
  expect(await audited.verify({ held: [] })).toMatchObject({ problem: 'root-wrong', index: 0, through: size - 1 })
})

test('a tree made anew and signed with another key is not trusted', async () => {
  await audited.asSuperuser(rewrite, [4])
  const edge = await recomputeTree()
  const { signingKey } = generateNoteKey(audited.log.accessLog.origin)
  const text = checkpointText({ origin: audited.log.accessLog.origin, size, root: rootOf(edge) })
  await audited.asSuperuser('update access_log_head set checkpoint = $1', [signNote(text, [createSigner(signingKey)])])
  expect(await audited.verify()).toMatchObject({ problem: 'checkpoint-untrusted' })
})

test('a row deleted from the middle is named', async () => {
  await audited.asSuperuser('delete from access_log_entry where index = 6')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 6 })
})

test('a row deleted and the rest moved up is named', async () => {
  await audited.asSuperuser('delete from access_log_entry where index = 6')
  await audited.asSuperuser('update access_log_entry set index = index - 1 where index > 6')
  await recomputeTree()
  await audited.asSuperuser('update access_log_head set size = $1', [size])
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 6 })
})

test('the tail deleted is a log shorter than the checkpoint held', async () => {
  const { rows } = await audited.asSuperuser('select checkpoint from access_log_head')
  await audited.asSuperuser('delete from access_log_entry where index >= 309')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 309 })
  await truncateTo(309)
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 309 })
  expect(rows[0].checkpoint).toContain('\n310\n')
})

/** An older state of the whole log, signature and all, as a restored backup has it. */
async function truncateTo(older: number) {
  const { rows } = await audited.asSuperuser('select leaf_hash from access_log_entry where index < $1 order by index', [
    older,
  ])
  const { edge } = grow(
    emptyEdge,
    rows.map(row => row.leaf_hash),
  )
  const checkpoint = audited.log.checkpoints().find(note => note.includes(`\n${older}\n`))
  await audited.asSuperuser('delete from access_log_entry where index >= $1', [older])
  await audited.asSuperuser('delete from access_log_node where (index + 1) * 256 > $1', [older])
  const values = [older, Buffer.concat(edge.hashes), checkpoint]
  await audited.asSuperuser('update access_log_head set size = $1, edge = $2, checkpoint = $3', values)
}

test('an older backup restored is a log shorter than the checkpoint held, and the hub itself will not go on from it', async () => {
  await truncateTo(8)
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 8, through: size - 1 })
  await expect(audited.append(1)).rejects.toThrow('the log went back')
})

test('two rows swapped are named', async () => {
  await audited.asSuperuser(`update access_log_entry as a set entry = b.entry, leaf_hash = b.leaf_hash
    from access_log_entry as b where (a.index, b.index) in ((2, 5), (5, 2))`)
  await recomputeTree()
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 2 })
})

test('a row inserted is named', async () => {
  await audited.asSuperuser('update access_log_entry set index = -index - 1 where index >= 3')
  await audited.asSuperuser('update access_log_entry set index = -index where index < 0')
  await audited.asSuperuser(`insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, datasets, decision)
    select 3, at, kind, replace(entry, '"index":2', '"index":3'), leaf_hash, caller, datasets, decision
    from access_log_entry where index = 2`)
  const edge = await recomputeTree()
  expect(edge.size).toBe(size + 1)
  await audited.asSuperuser('update access_log_head set size = $1', [size])
  expect(await audited.verify()).toMatchObject({ index: 3 })
})

test('an emptied log is a log shorter than the checkpoint held', async () => {
  await audited.asSuperuser('truncate access_log_entry, access_log_subject, access_log_node')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 0 })
  await audited.asSuperuser("update access_log_head set size = 0, edge = '', checkpoint = ''")
  expect(await audited.verify()).toMatchObject({ problem: 'shorter-than-checkpoint', index: 0, through: size - 1 })
  await expect(audited.append(1)).rejects.toThrow('the log went back')
})

test('a view in place of the table is named where it lies', async () => {
  await audited.asSuperuser(`alter table access_log_entry rename to truth`)
  await audited.asSuperuser(`create view access_log_entry as select index, at, kind,
    case when index = 7 then replace(entry, 'u-3381', 'u-0000') else entry end as entry, leaf_hash from truth`)
  await audited.asSuperuser('grant select on access_log_entry to datarun_services')
  expect(await audited.verify({ source: recordless() })).toMatchObject({ problem: 'entry-changed', index: 7 })
})

test('a row hidden from the hub by a policy is missing where it lay', async () => {
  await audited.asSuperuser('alter table access_log_entry enable row level security')
  await audited.asSuperuser('create policy hide on access_log_entry using (index <> 7) with check (true)')
  expect(await audited.verify()).toMatchObject({ problem: 'entries-missing', index: 7 })
})

test('a trigger that stores another text than the hub wrote is found out by the first reader', async () => {
  await audited.asSuperuser(`create function forge() returns trigger language plpgsql as
    $$ begin new.entry = replace(new.entry, 'u-3381', 'u-0000'); return new; end $$`)
  await audited.asSuperuser(
    'create trigger forge before insert on access_log_entry for each row execute function forge()',
  )
  await audited.append(1)
  expect(await audited.verify()).toMatchObject({ problem: 'entry-changed', index: size })
})

/** The view takes no inserts, so bundles (whose reading is logged) are read by the superuser and served from files. */
const recordless = () => {
  const served = addressSource(audited.server.address, () => 'auditor')
  return {
    ...served,
    entries: async (index: number, width: number) => {
      const { rows } = await audited.asSuperuser(
        'select entry from access_log_entry where index >= $1 and index < $2 order by index',
        [index * 256, index * 256 + width],
      )
      return Buffer.concat(
        rows.flatMap(({ entry }) => {
          const bytes = Buffer.from(entry)
          return [Buffer.of(bytes.length >> 8, bytes.length & 255), bytes]
        }),
      )
    },
  }
}

test('a wrong hash in a tile above the leaves is found, though entries and root are right', async () => {
  await audited.asSuperuser('update access_log_node set hash = $1 where level = 1 and index = 0', [Buffer.alloc(32)])
  expect(await audited.verify()).toMatchObject({ problem: 'tile-wrong', index: 0, through: 255 })
})

test('entries removed as if past their retention are missed: no entry of the log says so', async () => {
  const { rows } = await audited.asSuperuser('select leaf_hash from access_log_entry where index < 256 order by index')
  const hashes = Buffer.concat(rows.map(row => row.leaf_hash))
  await audited.asSuperuser('insert into access_log_tile (index, hashes) values (0, $1)', [hashes])
  await audited.asSuperuser('delete from access_log_entry where index < 256')
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
  await audited.asSuperuser(rewrite, [200])
  // The worst case: the signing key is stolen too. Nothing but what the auditor kept is against the forger now.
  await signedAnew(audited, await recomputeTree())
  expect(await watch.round()).toMatchObject({ problem: 'entry-changed', index: 200 })
})

test('a stolen key makes two trees of one size, which any checkpoint or receipt held from before shows', async () => {
  await audited.asSuperuser(rewrite, [4])
  await signedAnew(audited, await recomputeTree())
  expect(await audited.verify()).toMatchObject({ problem: 'history-rewritten', index: 4 })
})

test('the hub does not sign a tree that was changed under it', async () => {
  await audited.asSuperuser(rewrite, [4])
  await recomputeTree()
  await expect(audited.append(1)).rejects.toThrow('not one this hub signed')
  const { rows } = await audited.asSuperuser('select edge from access_log_head')
  expect(cutHashes(rows[0].edge)).toHaveLength(5)
})
