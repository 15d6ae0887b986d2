import type { Queryable } from '../../../postgres/pool.ts'
import { readEntries } from '../tree/entry-store.ts'
import { tileWidth } from '../tree/tile-path.ts'

/** Indexes `[start, end)` in which times rise. */
export type Stretch = { start: number; end: number }

export async function readStretches(database: Queryable): Promise<Stretch[]> {
  const { rows } = await database.query<{ starts: number[]; end: number }>({
    name: 'log-stretches',
    text: `select array(
             select minimum_index union select index from access_log_continuation
             where step = 'clock' and index > minimum_index order by 1
           ) as starts, size as end
           from access_log_retention, access_log_head`,
  })
  const { starts, end } = rows[0]!
  return starts
    .map(Number)
    .map((start, n, all) => ({ start, end: all[n + 1] === undefined ? end : Number(all[n + 1]) }))
}

/**
 * The first index of `[$2, $3)` in whose row the newest time is not before $1, or the end, found by halving: some 24 reads in a log of 10
 * million. The reads are subqueries on purpose: as a join the planner may scan the whole log once for every halving.
 */
const bisect = `
with recursive halves (low, high, earlier) as (
  select low, high, ${isEarlier('(low + high) / 2')} from (select $2::bigint as low, $3::bigint as high) as whole
  union all
  select low, high, ${isEarlier('(low + high) / 2')} from (
    select case when earlier then (low + high) / 2 + 1 else low end as low,
      case when earlier then high else (low + high) / 2 end as high
    from halves where low < high
  ) as half
)
select low as index from halves order by high - low limit 1`

function isEarlier(index: string): string {
  return `(select at < $1 from access_log_batch where first <= ${index} order by first desc limit 1)`
}

/** The first index of a stretch at or after a time; its end where none is. */
export async function firstIndexAt(
  database: Queryable,
  { start, end }: Stretch,
  milliseconds: number,
): Promise<number> {
  const values = [new Date(milliseconds), start, end]
  const { rows } = await database.query<{ index: number }>({ name: 'first-index-at', text: bisect, values })
  const { index } = rows[0]!
  // Entries of one batch have one time; only rows that were packed from the former table hold several.
  const entries = await readEntries(database, index, Math.min(index + tileWidth, end))
  return (
    entries.find(({ entry }) => Date.parse((JSON.parse(entry) as { at: string }).at) >= milliseconds)?.index ?? index
  )
}
