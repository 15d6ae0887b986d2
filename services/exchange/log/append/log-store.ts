/** The access log's tables. Appending is two statements, however many entries: lock the head, then add all and move it. */
import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import { cutOffSoon, type Transaction } from '../../../postgres/transaction.ts'
import type { Growth } from '../tree/merkle.ts'
import type { Batch, Head } from './head.ts'
import { datasetsInLine, lines, searchColumns, subjectColumns } from './search-columns.ts'

const hashBytes = 32
const headColumns = 'size, edge, checkpoint, at, clock_timestamp() as clock'

/** Waits for whoever is appending; from here to the commit, no one else can. */
export async function lockHead(tx: Transaction): Promise<Head> {
  return readHeadRow(tx, lockStatement)
}

/**
 * Alone, where the head need not be known. Everybody waits for who holds the head: a process that is frozen with it is cut off
 * after some seconds of silence, not after the pool's half minute.
 */
export const lockStatement = {
  name: 'lock-access-log-head',
  text: `select ${headColumns}, ${cutOffSoon} from access_log_head for update`,
}

export const readHead = (database: Queryable): Promise<Head> =>
  readHeadRow(database, { text: `select ${headColumns} from access_log_head` })

type HeadRow = { size: number; edge: Buffer; checkpoint: string; at: Date | null; clock: Date }

async function readHeadRow(database: Queryable, query: { name?: string; text: string }): Promise<Head> {
  const { rows } = await database.query<HeadRow>(query)
  const { size, edge, checkpoint, at, clock } = rows[0]!
  return { edge: { size, hashes: cutHashes(edge) }, checkpoint, at: size > 0 && at ? at : undefined, clock }
}

export const cutHashes = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / hashBytes }, (_, i) => bytes.subarray(i * hashBytes, (i + 1) * hashBytes))

const appendText = `
with entry as (
  insert into access_log_entry (index, at, kind, entry, leaf_hash, caller, department, official, case_number, matter,
    datasets, decision, code, confidential_until, reference)
  select $1 + n - 1, $2, kind, entry, substring($3::bytea from (n::int - 1) * ${hashBytes} + 1 for ${hashBytes}), caller,
    department, official, case_number, matter, ${datasetsInLine}, decision, code,
    confidential_until::date, reference
  from rows from (${Array.from({ length: 12 }, (_, n) => lines(n + 4)).join(', ')})
    with ordinality as draft (entry, kind, caller, department, official, case_number, matter, datasets, decision, code,
      confidential_until, reference, n)
), subject as (
  insert into access_log_subject (subject_type, subject_id, index)
  select subject_type, subject_id, $1 + place::int
  from rows from (${lines(16)}, ${lines(17)}, ${lines(18)}) as about (subject_type, subject_id, place)
  on conflict do nothing
), node as (
  insert into access_log_node (level, index, hash)
  select level, index, substring($19::bytea from (n::int - 1) * ${hashBytes} + 1 for ${hashBytes})
  from unnest($20::int[], $21::bigint[]) with ordinality as made (level, index, n)
)
update access_log_head set edge = $23, checkpoint = $24, at = $2,
  size = $22 / (size = $1 and edge = $25 and checkpoint = $26
    and $2 <= clock_timestamp() + $27 * interval '1 millisecond')::int`

/**
 * Adds a batch and moves the head. Where the head is not the one that the batch follows on, or the batch's time is more than
 * `skew` milliseconds ahead of PostgreSQL's, it fails with a division by zero, and so does the commit that was sent along.
 */
export function appendStatement(batch: Batch, skew: number): pg.QueryConfig {
  const { before, growth, at, entries, leaves, checkpoint } = batch
  const { edge, from } = growth
  const drafts = batch.prepared.map(({ draft }) => draft)
  const values = [from, at, Buffer.concat(leaves), entries.join('\n')]
  const head = [edge.size, Buffer.concat(edge.hashes), checkpoint, Buffer.concat(before.edge.hashes), before.checkpoint]
  const all = [...values, ...searchColumns(drafts), ...subjectColumns(drafts), ...nodeColumns(growth), ...head, skew]
  return { name: 'append-to-access-log', text: appendText, values: all }
}

/** A tile of level L holds subtrees of height 8 L; level 0 is the entries' own leaf hashes. */
function nodeColumns({ from, edge, nodesAt }: Growth): [Buffer, number[], number[]] {
  const rows: { level: number; index: number; hash: Buffer }[] = []
  for (let level = 1; 256 ** level <= edge.size; level += 1) {
    const first = Math.floor(from / 256 ** level)
    nodesAt(8 * level).forEach((hash, i) => {
      rows.push({ level, index: first + i, hash })
    })
  }
  return [Buffer.concat(rows.map(row => row.hash)), rows.map(row => row.level), rows.map(row => row.index)]
}
