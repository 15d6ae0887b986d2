/** The table of the versions before 0.3.0: a row for each entry. It is read until it is packed, then dropped. */
import type { Queryable } from '../../../postgres/pool.ts'
import { type Transaction, together } from '../../../postgres/transaction.ts'
import type { PackedRow } from '../tree/packed-entries.ts'

export type FormerEntry = { index: number; at: Date; entry: string; leaf: Buffer }

/** Its last index and one; undefined where the log was packed already, or has always been. */
export async function formerEnd(database: Queryable): Promise<number | undefined> {
  // Not by to_regclass, which may answer from a cache of before another process has dropped it.
  const found = await database.query(
    "select from pg_tables where schemaname = current_schema and tablename = 'access_log_unpacked'",
  )
  if (found.rowCount === 0) return undefined
  const { rows } = await database.query<{ end: number }>(
    'select coalesce(max(index) + 1, 0) as end from access_log_unpacked',
  )
  return rows[0]!.end
}

/** The first index at or after the end of what is packed; undefined where nothing is left. */
export async function nextFormer(database: Queryable): Promise<number | undefined> {
  const { rows } = await database.query<{ next: number | null }>(
    `select min(index) as next from access_log_unpacked
     where index >= (select coalesce(max(first + size), 0) from access_log_batch)`,
  )
  return rows[0]!.next ?? undefined
}

/** Entries of `[from, to)`, in order. */
export async function readFormer(database: Queryable, from: number, to: number): Promise<FormerEntry[]> {
  const { rows } = await database.query<FormerEntry>({
    name: 'read-former-log',
    text: `select index, at, entry, leaf_hash as leaf from access_log_unpacked
      where index >= $1 and index < $2 order by index`,
    values: [from, to],
  })
  return rows
}

/** Indexes of `[from, to)` at which times may have gone back. */
export async function readClockSteps(database: Queryable, from: number, to: number): Promise<number[]> {
  const text = "select index from access_log_continuation where step = 'clock' and index >= $1 and index < $2"
  return (await database.query<{ index: number }>(text, [from, to])).rows.map(({ index }) => index)
}

export async function storePacked(tx: Transaction, rows: readonly (PackedRow & { at: Date })[]): Promise<void> {
  const text = 'insert into access_log_batch (first, size, at, entries, leaves) values ($1, $2, $3, $4, $5)'
  const statements = rows.map(({ first, size, at, entries, leaves }) => ({
    name: 'store-packed-log',
    text,
    values: [first, size, at, entries, leaves],
  }))
  await together(tx, () => Promise.all(statements.map(statement => tx.query(statement))))
}

/** By a function of the tables' owner, as the hub's role may drop nothing; it refuses while anything is left. */
export async function dropFormer(database: Queryable): Promise<void> {
  await database.query('select drop_unpacked_access_log()')
}
