/** The one reader of the log's entries: everybody who wants an entry's text comes through here, however it is stored. */
import type { Queryable } from '../../../postgres/pool.ts'
import { unpackEntries } from './packed-entries.ts'

/** `entry`: the canonical JSON that was hashed, to the byte. */
export type LoggedEntry = { index: number; entry: string }

type Row = { first: number; size: number; entries: Buffer }

/**
 * Entries of `[from, to)` in order; those past their retention are left out, and so are those of a row that cannot be read.
 * Callers bound the range: some thousands at once.
 */
export const readEntries = (database: Queryable, from: number, to: number): Promise<LoggedEntry[]> =>
  readEntriesWith(database, { from, to, texts: [] })

/** The same, and those of a row in which one of the texts does not occur may be left out; others may lack them all the same. */
export async function readEntriesWith(
  database: Queryable,
  { from, to, texts }: { from: number; to: number; texts: readonly string[] },
): Promise<LoggedEntry[]> {
  const { rows } = await database.query<Row>({
    name: 'read-log-entries',
    text: `select first, size, entries from access_log_batch
      where first > $1::bigint - 256 and first < $2 and first + size > $1 order by first`,
    values: [from, to],
  })
  return unpackRows(rows, texts).filter(({ index }) => index >= from && index < to)
}

/** The entries at these indexes, in the order in which they are asked for; those past their retention are left out. */
export async function readEntriesAt(database: Queryable, indexes: readonly number[]): Promise<LoggedEntry[]> {
  if (indexes.length === 0) return []
  const { rows } = await database.query<Row>({
    name: 'read-log-entries-at',
    text: `select first, size, entries from access_log_batch where first = any (array(
        select (select max(first) from access_log_batch where first <= wanted) from unnest($1::bigint[]) as wanted
      )) order by first`,
    values: [indexes],
  })
  const found = new Map(unpackRows(rows).map(one => [one.index, one]))
  return indexes.flatMap(index => found.get(index) ?? [])
}

/** Of rows that overlap, which only a superuser makes, the first has the index. */
function unpackRows(rows: readonly Row[], texts: readonly string[] = []): LoggedEntry[] {
  const entries: LoggedEntry[] = []
  let next = 0
  for (const { first, size, entries: stored } of rows) {
    for (const [i, entry] of unpackEntries(stored, size, texts).entries()) {
      if (first + i >= next) entries.push({ index: first + i, entry })
    }
    next = Math.max(next, first + size)
  }
  return entries
}
