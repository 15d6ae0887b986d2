/** The pulls of a period, for all that count them. */
import type { Queryable } from '../../../postgres/pool.ts'
import { type IndexSpan, indexSpan } from './find-index-span.ts'
import { type LoggedPull, pullOf } from './pull-entry.ts'
import { readSlices } from './read-slices.ts'

/** `until` is not included. */
export type Period = { from: Date; until: Date }
export type PullSpan = Period & IndexSpan

/** Where the pulls of a period stand, of the first `size` entries. Later entries change nothing in it. */
export async function findPullSpan(db: Queryable, { from, until }: Period, size: number): Promise<PullSpan> {
  const { first, end } = await indexSpan(db, from.toISOString(), until.toISOString())
  return { from, until, first, end: Math.min(end, size) }
}

/**
 * Pulls of a span in the order of the log, slice by slice. `members` stand in the entries that are meant, as `"matter":"m-1"`:
 * those without are not even parsed. The caller still looks at the pull itself, as a text may stand in another place.
 */
export async function* readPulls(
  db: Queryable,
  span: PullSpan,
  members: readonly string[] = [],
): AsyncGenerator<LoggedPull[]> {
  const isWithin = ({ at }: LoggedPull) => at >= span.from && at < span.until
  for await (const entries of readSlices(db, span)) {
    const meant = entries.filter(({ entry }) => members.every(member => entry.includes(member)))
    yield meant.flatMap(({ entry }) => pullOf(entry) ?? []).filter(isWithin)
  }
}
