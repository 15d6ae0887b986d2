/**
 * Finds entries by what is asked of them, newest first. The index finds candidates below its position; from there on, and where
 * there is no term or no index to be trusted, the log itself is read. Position and candidates are of one moment, and the log only
 * grows: what is read of it later can be more, never less. So nothing is missed, and nobody waits for the indexer.
 */
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntriesAt, readEntriesWith } from '../tree/entry-store.ts'
import { type Criterion, matcherOf, termsOf, textsOf } from './criterion.ts'
import { type Hit, readHits } from './term-store.ts'

/** Entries of the log that are read at once: a millisecond to unpack, and the event loop is free between. */
const readAtOnce = 1_024
const candidatesAtOnce = 256

/** Indexes `[first, before)`. */
export type Span = { first?: number; before?: number }

/** At most `limit` entries of the span that all criteria hold for, newest first; those past their retention are left out. */
export async function findNewest(
  database: Queryable,
  criteria: readonly Criterion[],
  { limit, ...span }: Span & { limit: number },
): Promise<LoggedEntry[]> {
  const matches = matcherOf(criteria)
  const found: LoggedEntry[] = []
  for await (const candidates of readCandidates(database, criteria, { ...span, limit })) {
    for (const candidate of candidates) {
      if (matches(candidate.entry)) found.push(candidate)
      if (found.length === limit) return found
    }
  }
  return found
}

/** Everything that could be meant, newest first: each entry at most once. */
async function* readCandidates(
  database: Queryable,
  criteria: readonly Criterion[],
  { first = 0, before = Number.MAX_SAFE_INTEGER, limit }: Span & { limit: number },
): AsyncGenerator<LoggedEntry[]> {
  const terms = termsOf(criteria)
  const texts = textsOf(criteria)
  for (let end = before; ; ) {
    const { hits, isLast, position, size, minimum } = await readHits(database, terms, { first, before: end })
    const start = Math.max(first, minimum)
    const indexed = terms.length === 0 ? start : Math.max(start, position)
    const unindexed = { first: indexed, before: Math.min(end, size) }
    yield* readBackwards(database, { ...unindexed, limit, texts })
    yield* readPlaced(database, hits, { first: start, before: end })
    if (isLast) return
    end = hits.at(-1)!.first
  }
}

type Walk = Required<Span> & { limit: number; texts: readonly string[] }

/** Few at first where nothing is asked: the newest ones are what is meant. */
async function* readBackwards(database: Queryable, { first, before, limit, texts }: Walk) {
  let count = texts.length > 0 ? readAtOnce : limit
  for (let end = before; end > first; ) {
    const from = Math.max(first, end - Math.min(count, readAtOnce))
    yield (await readEntriesWith(database, { from, to: end, texts })).reverse()
    end = from
    count *= 4
  }
}

async function* readPlaced(database: Queryable, hits: readonly Hit[], { first, before }: Required<Span>) {
  const indexes = hits
    .flatMap(hit => hit.places.toReversed().map(place => hit.first + place))
    .filter(index => index >= first && index < before)
  for (let at = 0; at < indexes.length; at += candidatesAtOnce) {
    yield await readEntriesAt(database, indexes.slice(at, at + candidatesAtOnce))
  }
}
