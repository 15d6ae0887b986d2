/** Statements that write and check the search index. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { stepSize, type TermRow } from './step.ts'

/** The row's content, believed or not; undefined where the row is gone. */
export type IndexState = { position: number; altered: number | null; size: number; minimum: number }

const stateText = `
select position, altered, size, minimum_index as minimum from access_log_index, access_log_head, access_log_retention`

export const readIndexState = async (database: Queryable): Promise<IndexState | undefined> =>
  (await database.query<IndexState>({ name: 'read-log-index-state', text: stateText })).rows[0]

/** The same for who writes the index; undefined too while another process does. A lost row is not made anew but by `resetIndex`. */
export const lockIndex = async (tx: Transaction): Promise<IndexState | undefined> =>
  (await tx.query<IndexState>(`${stateText} for update of access_log_index skip locked`)).rows[0]

/** Adds the rows of a step; a stranger's row under one of their keys goes. */
export async function addTerms(tx: Transaction, first: number, rows: readonly TermRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query({
    name: 'add-log-terms',
    text: `
insert into access_log_term (key, first, words)
select key, $1, substring($3::bytea from start for bytes) from unnest($2::bigint[], $4::int[], $5::int[]) as row (key, start, bytes)
on conflict (key, first) do update set words = excluded.words`,
    values: [first, ...columnsOf(rows)],
  })
}

function columnsOf(rows: readonly TermRow[]): [number[], Buffer, number[], number[]] {
  const starts: number[] = []
  let start = 1
  for (const { words } of rows) {
    starts.push(start)
    start += words.length
  }
  const lengths = rows.map(({ words }) => words.length)
  return [rows.map(({ key }) => key), Buffer.concat(rows.map(({ words }) => words)), starts, lengths]
}

/** A crash loses the last moments of the index together with their position: then they are written again. */
export async function moveIndex(tx: Transaction, position: number): Promise<void> {
  await tx.query("select set_config('synchronous_commit', 'off', true)")
  await tx.query('update access_log_index set position = $1', [position])
}

/** Empties the index; it is to be made anew from the first entry that is kept. */
export async function resetIndex(tx: Transaction): Promise<void> {
  await tx.query(
    `insert into access_log_index (position) values (0)
     on conflict (one) do update set position = 0, altered = null`,
  )
  await tx.query('select empty_access_log_term()')
}

/** Notes where the index was found to be other than the log says; the first finding stays. */
export async function noteAltered(database: Queryable, index: number): Promise<void> {
  await database.query(
    `insert into access_log_index (position, altered) values (0, $1)
     on conflict (one) do update set altered = coalesce(access_log_index.altered, excluded.altered)`,
    [index],
  )
}

/**
 * This transaction reads one moment from now on. The lock comes first: emptying the table spares no snapshot that is
 * older. To be called before anything is read.
 */
export async function freezeIndex(tx: Transaction): Promise<void> {
  await tx.query('set transaction isolation level repeatable read')
  await tx.query('lock table access_log_term in access share mode')
}

/** Drops steps that lie wholly below `minimum`. */
export async function dropSteps(tx: Transaction, minimum: number): Promise<void> {
  await tx.query('delete from access_log_term where first < $1', [Math.floor(minimum / stepSize) * stepSize])
}

/** The rows of entries `[from, to)`. A key that no number holds is no term's. */
export async function readTerms(
  database: Queryable,
  from: number,
  to: number,
): Promise<(TermRow & { first: number })[]> {
  const text = `
    select greatest(-9007199254740991, least(9007199254740991, key)) as key, first, substring(words for 1048576) as words
    from access_log_term where first >= $1 and first < $2`
  return (await database.query<TermRow & { first: number }>(text, [from, to])).rows
}

/** The first entry at or after `position`, or before the log, that has a row: nobody has written one there but a stranger. */
export async function findStray(database: Queryable, position: number): Promise<number | undefined> {
  const { rows } = await database.query<{ first: number }>(
    'select first from access_log_term where first >= $1 or first < 0 order by first limit 1',
    [position],
  )
  return rows[0]?.first
}
