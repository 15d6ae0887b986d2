/**
 * From times to indexes. Entries stand in the order of commits and their times rise with it (entry-time.ts), but for the places
 * where an operator let the log go on with an earlier time: between those they are looked for one stretch after the other.
 */
import type { Queryable } from '../../../postgres/pool.ts'
import { clockSkew } from '../append/entry-time.ts'
import { firstIndexAt, readStretches, type Stretch } from './timeline-store.ts'

export type IndexSpan = { first: number; end: number }

/** The indexes among which every entry of a span of time stands; wider than it by what clocks may differ. */
export async function indexSpan(database: Queryable, from?: string, until?: string): Promise<IndexSpan> {
  const stretches = from === undefined && until === undefined ? [] : await readStretches(database)
  const first = from === undefined ? 0 : await firstOf(database, stretches, Date.parse(from) - clockSkew)
  const end =
    until === undefined ? Number.MAX_SAFE_INTEGER : await endOf(database, stretches, Date.parse(until) + clockSkew)
  return { first, end }
}

/** The first index of any stretch at or after a time; where none is, the end. */
async function firstOf(database: Queryable, stretches: readonly Stretch[], time: number): Promise<number> {
  for (const stretch of stretches) {
    const index = await firstIndexAt(database, stretch, time)
    if (index < stretch.end) return index
  }
  return stretches.at(-1)!.end
}

/** After the last index of any stretch that is before a time. */
async function endOf(database: Queryable, stretches: readonly Stretch[], time: number): Promise<number> {
  for (const stretch of stretches.toReversed()) {
    const index = await firstIndexAt(database, stretch, time)
    if (index > stretch.start) return index
  }
  return stretches[0]!.start
}
