/** The one reader of the log's entries: everybody who wants an entry's text comes through here, however it is stored. */
import type { Queryable } from '../../../postgres/pool.ts'

/** `entry`: the canonical JSON that was hashed, to the byte. */
export type LoggedEntry = { index: number; entry: string }

/** Entries of `[from, to)` in order; those past their retention are left out. Callers bound the range: some thousands at once. */
export async function readEntries(database: Queryable, from: number, to: number): Promise<LoggedEntry[]> {
  const { rows } = await database.query<LoggedEntry>({
    name: 'read-log-entries',
    text: 'select index, entry from access_log_entry where index >= $1 and index < $2 order by index',
    values: [from, to],
  })
  return rows
}

/** The entries at these indexes, in the order in which they are asked for; those past their retention are left out. */
export async function readEntriesAt(database: Queryable, indexes: readonly number[]): Promise<LoggedEntry[]> {
  if (indexes.length === 0) return []
  const { rows } = await database.query<LoggedEntry>({
    name: 'read-log-entries-at',
    text: 'select index, entry from access_log_entry where index = any ($1::bigint[])',
    values: [indexes],
  })
  const found = new Map(rows.map(one => [one.index, one]))
  return indexes.flatMap(index => found.get(index) ?? [])
}
