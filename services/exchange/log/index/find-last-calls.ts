/** The newest entry of each of many callers: three statements where nothing is odd. */
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntries, readEntriesAt } from '../tree/entry-store.ts'
import { hasMember, matcherOf } from './criterion.ts'
import { findNewest } from './find-newest.ts'
import { readIndexed } from './indexed-entry.ts'
import { termOf } from './term.ts'
import { type Reach, readNewest } from './term-store.ts'

/** Entries that are unpacked and parsed at once: about a millisecond. */
const readAtOnce = 256

/** Of each of `callers` that ever did anything that is logged, the newest entry. */
export async function findLastCalls(
  database: Queryable,
  callers: readonly string[],
): Promise<ReadonlyMap<string, LoggedEntry>> {
  const terms = callers.map(caller => termOf('caller', caller))
  const { found, ...reach } = await readNewest(database, terms)
  const calls = await readUnindexed(database, reach, new Set(callers))
  const entries = new Map((await readEntriesAt(database, [...new Set(found.values())])).map(one => [one.index, one]))
  for (const [n, caller] of callers.entries()) {
    const index = found.get(terms[n]!)
    if (index === undefined || calls.has(caller)) continue
    const call = await settle(database, caller, entries.get(index))
    if (call) calls.set(caller, call)
  }
  return calls
}

/** The candidate, or where it is gone or another's that shares the term, what a search finds. */
async function settle(database: Queryable, caller: string, candidate: LoggedEntry | undefined) {
  const criteria = [hasMember('caller', caller)]
  if (candidate && matcherOf(criteria)(candidate.entry)) return candidate
  return (await findNewest(database, criteria, { limit: 1 }))[0]
}

async function readUnindexed(database: Queryable, { position, minimum, size }: Reach, callers: ReadonlySet<string>) {
  const calls = new Map<string, LoggedEntry>()
  const from = Math.max(position, minimum)
  for (let end = size; end > from && calls.size < callers.size; end -= readAtOnce) {
    for (const call of (await readEntries(database, Math.max(from, end - readAtOnce), end)).reverse()) {
      const caller = readIndexed(call.entry)?.caller
      if (caller !== undefined && callers.has(caller) && !calls.has(caller)) calls.set(caller, call)
    }
  }
  return calls
}
