/** Searches in the index's table. Its content is a hint: whoever owns the database may have altered it, so all of it is bounded. */
import type { Queryable } from '../../../postgres/pool.ts'
import { placeOf, placesIn, stepSize, type TermRow } from './step.ts'
import type { Term } from './term.ts'

/** Entries of the log are `[minimum, size)`; those below `position` are in the index, which is 0 where it is not to be trusted. */
export type Reach = { position: number; size: number; minimum: number }
/** Places that all terms of a search share, in the step from `first` on. */
export type Hit = { first: number; places: number[] }
type Row = TermRow & { first: number }

/** A position that the indexer cannot have written is not believed. Subqueries, so that the planner knows it to be one row. */
const reach = `
reach as materialized (
  select (select size from access_log_head) as size, (select minimum_index from access_log_retention) as minimum, coalesce((
    select position from access_log_index
    where altered is null and position >= 0 and position <= (select size from access_log_head)
      and position % ${stepSize} = 0
  ), 0) as position
)`

/** Far more than any step needs. */
const words = 'substring(indexed.words for 1048576) as words'

/** $1: the lead's bucket, $2: its rest, $3: its own key. */
const stepsOf = (condition: string) => `
select first from access_log_term where ${condition}
  and first < least($5, (select position from reach)) and first > $4 - ${stepSize}
order by first desc limit $6`

/** Led by the rarest term: of its steps the rows of all terms are read by their keys. */
export const hitsText = `
with ${reach}, hit as (
  (${stepsOf('key = $1 and position($2::bytea in words) > 0')}) union (${stepsOf('key = $3')}) order by first desc limit $6
)
select reach.*, row.* from reach left join (
  select indexed.key, indexed.first, ${words}
  from hit join access_log_term as indexed on indexed.first = hit.first and indexed.key = any ($7::bigint[])
) as row on true`

const stepsAtOnce = 64

/**
 * Steps of `[first, before)` that have all `terms`, newest first, and how far the index reaches: both of one moment. `isLast` where
 * there are no more of them.
 */
export async function readHits(
  database: Queryable,
  terms: readonly Term[],
  { first, before }: { first: number; before: number },
): Promise<Reach & { hits: Hit[]; isLast: boolean }> {
  const places = terms.map(placeOf)
  const keys = places.flatMap(({ own, bucket }) => [own, bucket])
  const [lead] = places
  const { rows } = await database.query<Reach & Partial<Row>>({
    name: 'read-log-hits',
    text: hitsText,
    values: [lead?.bucket ?? null, lead?.rest ?? null, lead?.own ?? null, first, before, stepsAtOnce, keys],
  })
  const { position, size, minimum } = rows[0]!
  const steps = Map.groupBy(rows.filter(isRow), row => row.first)
  const hits = [...steps]
    .map(([first, rows]) => ({ first, places: sharedPlaces(rows, terms) }))
    .sort((a, b) => b.first - a.first)
  return { position, size, minimum, hits, isLast: hits.length < stepsAtOnce }
}

/** A left join leaves null where there is no row. */
const isRow = <T extends Partial<Row>>(row: T): row is T & Row => row.first !== null

function sharedPlaces(rows: readonly Row[], [lead, ...others]: readonly Term[]): number[] {
  return others.reduce(
    (left, term) => {
      const places = new Set(placesIn(rows, term))
      return left.filter(place => places.has(place))
    },
    placesIn(rows, lead!),
  )
}

const newestText = `
with ${reach}
select reach.*, wanted.own as term, row.*
from reach left join unnest($1::bigint[], $2::bytea[], $3::bigint[]) as wanted (bucket, rest, own) on true
left join lateral (
  select indexed.key, indexed.first, ${words} from (
    (select * from access_log_term where key = wanted.own and first < reach.position and first > reach.minimum - ${stepSize}
     order by first desc limit 1)
    union all
    (select * from access_log_term where key = wanted.bucket and first < reach.position and first > reach.minimum - ${stepSize}
       and position(wanted.rest in words) > 0
     order by first desc limit 1)
  ) as indexed order by first desc limit 1
) as row on true`

/** Of each term the newest entry that has it, and how far the index reaches: both of one moment. */
export async function readNewest(
  database: Queryable,
  terms: readonly Term[],
): Promise<Reach & { found: Map<Term, number> }> {
  const places = terms.map(placeOf)
  const { rows } = await database.query<Reach & Partial<Row> & { term: Term }>({
    name: 'read-newest-log-hits',
    text: newestText,
    values: [places.map(({ bucket }) => bucket), places.map(({ rest }) => rest), terms],
  })
  const { position, size, minimum } = rows[0]!
  const found = rows.flatMap(row => {
    const place = isRow(row) ? placesIn([row], row.term).at(-1) : undefined
    return place === undefined ? [] : [[row.term, row.first! + place] as const]
  })
  return { position, size, minimum, found: new Map(found) }
}

const allText = `
with ${reach}
select reach.*, row.* from reach left join (
  select indexed.key, indexed.first, ${words} from access_log_term as indexed
  where key = any ($1::bigint[]) and first < (select position from reach) and first > (select minimum from reach) - ${stepSize}
) as row on true`

/** All rows of these keys, oldest first, and how far the index reaches: both of one moment. */
export async function readKeys(database: Queryable, keys: readonly number[]): Promise<Reach & { rows: Row[] }> {
  const { rows } = await database.query<Reach & Partial<Row>>({ name: 'read-log-keys', text: allText, values: [keys] })
  const { position, size, minimum } = rows[0]!
  return { position, size, minimum, rows: rows.filter(isRow).sort((a, b) => a.first - b.first) }
}
