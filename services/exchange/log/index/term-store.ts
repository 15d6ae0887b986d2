/** The index's tables. Their content is a hint: whoever owns the database may have altered it, so all of it is bounded. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { readPlaces, type TermRow } from './step.ts'
import { stepSize, type Term } from './term.ts'

/** Entries of the log are `[minimum, size)`; those below `position` are in the index, which is 0 where it is not to be trusted. */
export type Reach = { position: number; size: number; minimum: number }
/** Places that all terms of a search share, in the step from `first` on. */
export type Hit = { first: number; places: number[] }

/** A position that the indexer cannot have written is not believed. */
const reach = `
reach as materialized (
  select size, minimum_index as minimum, coalesce((
    select position from access_log_index
    where altered is null and position >= 0 and position <= size and position % ${stepSize} = 0
  ), 0) as position
  from access_log_head, access_log_retention
)`
const bytesOfPlaces = stepSize * 2
const places = (of: string) => `substring(${of}.places for ${bytesOfPlaces})`

/** Led by the rarest term; the others are looked up by their key, step for step. */
export const hitsText = `
with ${reach}, hit as (
  select lead.first, array_prepend(${places('lead')}, array(
    select ${places('other')} from access_log_term as other where other.term = any ($2::bigint[]) and other.first = lead.first
  )) as places
  from access_log_term as lead
  where lead.term = $1 and lead.first < least($4, (select position from reach)) and lead.first > $3 - ${stepSize}
    and (select count(*) from access_log_term as other where other.term = any ($2::bigint[]) and other.first = lead.first)
      = cardinality($2::bigint[])
  order by lead.first desc limit $5
)
select reach.*, hit.first, hit.places from reach left join hit on true order by hit.first desc`

const stepsAtOnce = 64

/**
 * Steps of `[first, before)` that have all `terms`, newest first, and how far the index reaches: both of one moment. `isLast` where
 * there are no more of them.
 */
export async function readHits(
  database: Queryable,
  [lead, ...others]: readonly Term[],
  { first, before }: { first: number; before: number },
): Promise<Reach & { hits: Hit[]; isLast: boolean }> {
  const values = [lead ?? null, others, first, before, stepsAtOnce]
  const { rows } = await database.query<Reach & { first: number | null; places: Buffer[] }>({
    name: 'read-log-hits',
    text: hitsText,
    values,
  })
  const { position, size, minimum } = rows[0]!
  const hits = rows.flatMap(row => (row.first === null ? [] : [{ first: row.first, places: shared(row.places) }]))
  return { position, size, minimum, hits, isLast: hits.length < stepsAtOnce }
}

const shared = ([lead, ...others]: readonly Buffer[]): number[] =>
  others.reduce(
    (left, bytes) => {
      const more = new Set(readPlaces(bytes))
      return left.filter(place => more.has(place))
    },
    readPlaces(lead ?? Buffer.alloc(0)),
  )

const outermostText = (order: 'asc' | 'desc') => `
with ${reach}
select reach.*, wanted.term, hit.first, hit.places
from reach left join unnest($1::bigint[]) as wanted (term) on true
left join lateral (
  select first, ${places('indexed')} as places from access_log_term as indexed
  where indexed.term = wanted.term and first < reach.position and first > reach.minimum - ${stepSize}
  order by first ${order} limit 1
) as hit on true`

/** Of each term the newest or the oldest step that has it, and how far the index reaches: both of one moment. */
export async function readOutermost(
  database: Queryable,
  terms: readonly Term[],
  end: 'newest' | 'oldest',
): Promise<Reach & { hits: Map<Term, Hit> }> {
  const text = outermostText(end === 'newest' ? 'desc' : 'asc')
  type Row = Reach & { term: Term | null; first: number | null; places: Buffer }
  const { rows } = await database.query<Row>({ name: `read-${end}-hits`, text, values: [terms] })
  const { position, size, minimum } = rows[0]!
  const found = rows.flatMap(({ term, first, places }) =>
    term === null || first === null ? [] : [[term, { first, places: readPlaces(places) }] as const],
  )
  return { position, size, minimum, hits: new Map(found) }
}

/** What stands in the row, believed or not; undefined where the row is gone. */
export type IndexState = { position: number; altered: number | null; size: number; minimum: number }

const stateText = `
select position, altered, size, minimum_index as minimum from access_log_index, access_log_head, access_log_retention`

export const readIndexState = async (database: Queryable): Promise<IndexState | undefined> =>
  (await database.query<IndexState>({ name: 'read-log-index-state', text: stateText })).rows[0]

/** The same for who writes the index; undefined too while another process does. A lost row is not made anew but by `resetIndex`. */
export const lockIndex = async (tx: Transaction): Promise<IndexState | undefined> =>
  (await tx.query<IndexState>(`${stateText} for update of access_log_index skip locked`)).rows[0]

/** Adds the rows of a step, in place of what stands there under their keys. */
export async function addTerms(tx: Transaction, first: number, rows: readonly TermRow[]): Promise<void> {
  if (rows.length === 0) return
  await tx.query({
    name: 'add-log-terms',
    text: `
insert into access_log_term (term, first, places)
select term, $1, substring($3::bytea from start for bytes) from unnest($2::bigint[], $4::int[], $5::int[]) as row (term, start, bytes)
on conflict (term, first) do update set places = excluded.places`,
    values: [first, ...columnsOf(rows)],
  })
}

function columnsOf(rows: readonly TermRow[]): [Term[], Buffer, number[], number[]] {
  const starts: number[] = []
  let start = 1
  for (const { places } of rows) {
    starts.push(start)
    start += places.length
  }
  return [
    rows.map(({ term }) => term),
    Buffer.concat(rows.map(row => row.places)),
    starts,
    rows.map(row => row.places.length),
  ]
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
 * What this transaction reads from now on is of one moment. The lock comes first: emptying the table spares no snapshot that is
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

/** The rows of entries `[from, to)`. */
export async function readTerms(
  database: Queryable,
  from: number,
  to: number,
): Promise<{ term: string; first: number; places: Buffer }[]> {
  const text = `select term::text, first, ${places('indexed')} as places from access_log_term as indexed
    where first >= $1 and first < $2`
  return (await database.query<{ term: string; first: number; places: Buffer }>(text, [from, to])).rows
}

/** The first entry at or after `position`, or before the log, that has a row: nobody has written one there but a stranger. */
export async function findStray(database: Queryable, position: number): Promise<number | undefined> {
  const { rows } = await database.query<{ first: number }>(
    'select first from access_log_term where first >= $1 or first < 0 order by first limit 1',
    [position],
  )
  return rows[0]?.first
}
