/** From times to indexes: entries stand in the order of commits, so times hardly ever go back in it. */
import type { Queryable } from '../database/pool.ts'

/**
 * The first index whose time is not before $1, found by halving: some 24 reads in a log of 10 million. The reads are
 * subqueries on purpose: as a join the planner may scan the whole log once for every halving.
 */
const bisect = `
with recursive halves (low, high, earlier) as (
  select minimum_index, size, ${isEarlier('(minimum_index + size) / 2')} from access_log_retention, access_log_head
  union all
  select low, high, ${isEarlier('(low + high) / 2')} from (
    select case when earlier then (low + high) / 2 + 1 else low end as low,
      case when earlier then high else (low + high) / 2 end as high
    from halves where low < high
  ) as half
)
select low as index from halves order by high - low limit 1`

function isEarlier(index: string): string {
  return `(select at < $1 from access_log_entry where index = ${index})`
}

/** Hubs' clocks may differ by so much; their times interleave as far. */
const skew = 15 * 60_000

export type IndexSpan = { first: number; end: number }

/** The indexes among which every entry of a span of time stands; wider than it by what clocks may differ. */
export async function indexSpan(database: Queryable, from?: string, until?: string): Promise<IndexSpan> {
  const first = from === undefined ? 0 : await firstIndexAt(database, Date.parse(from) - skew)
  const end = until === undefined ? Number.MAX_SAFE_INTEGER : await firstIndexAt(database, Date.parse(until) + skew)
  return { first, end }
}

async function firstIndexAt(database: Queryable, milliseconds: number): Promise<number> {
  const at = new Date(milliseconds)
  const { rows } = await database.query<{ index: number }>({ name: 'first-index-at', text: bisect, values: [at] })
  return rows[0]!.index
}
