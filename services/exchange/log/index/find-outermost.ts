/** The newest entry of each of many callers, the oldest of each of many cases. */
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntries, readEntriesAt } from '../tree/entry-store.ts'
import { hasMember, matcherOf } from './criterion.ts'
import { findNewest } from './find-newest.ts'
import { readIndexed } from './indexed-entry.ts'
import { buckets, placeOf, readRow, stepSize, type TermRow } from './step.ts'
import { type Term, termOf } from './term.ts'
import { type Reach, readKeys, readNewest } from './term-store.ts'

/** Entries that are unpacked and parsed at once: about a millisecond. */
const readAtOnce = 256

type Found = Map<string, LoggedEntry>
type Wanted = { kind: 'caller' | 'case'; end: 'newest' | 'oldest' }

/** Of each of `callers` that ever did anything that is logged, the newest entry. */
export async function findLastCalls(database: Queryable, callers: readonly string[]): Promise<Found> {
  const wanted: Wanted = { kind: 'caller', end: 'newest' }
  const terms = new Map(callers.map(caller => [caller, termOf('caller', caller)]))
  const { found, ...reach } = await readNewest(database, [...terms.values()])
  return settle(database, wanted, { terms, found, reach })
}

/**
 * Of each of `cases` that was ever used, the oldest entry that is kept. Reads each bucket of theirs whole, so all cases of one
 * question are asked for at once: many cost no more than some hundreds.
 */
export async function findFirstUses(database: Queryable, cases: readonly string[]): Promise<Found> {
  const wanted: Wanted = { kind: 'case', end: 'oldest' }
  const terms = new Map(cases.map(one => [one, termOf('case', one)]))
  const found = new Map<Term, number>()
  let reach: Reach | undefined
  for (const [bucket, ofBucket] of Map.groupBy(new Set(terms.values()), term => placeOf(term).bucket)) {
    const { rows, ...seen } = await readKeys(database, [bucket, ...ofBucket])
    takeOldest(rows, { found, wanted: new Set(ofBucket), minimum: seen.minimum })
    // The index may be made anew meanwhile: what a later statement did not see is read in the log.
    reach = { ...seen, position: Math.min(seen.position, reach?.position ?? seen.position) }
  }
  return reach ? settle(database, wanted, { terms, found, reach }) : new Map()
}

type Taking = { found: Map<Term, number>; wanted: Set<Term>; minimum: number }

function takeOldest(rows: readonly (TermRow & { first: number })[], { found, wanted, minimum }: Taking): void {
  for (const row of rows) {
    const { bucket, words } = readRow(row)
    for (const word of words) {
      const term = Math.floor(word / stepSize) * buckets + bucket
      const index = row.first + (word % stepSize)
      if (wanted.has(term) && index >= minimum && index < (found.get(term) ?? Infinity)) found.set(term, index)
    }
  }
}

type Seen = { terms: Map<string, Term>; found: Map<Term, number>; reach: Reach }

/** The index's findings and the entries it does not hold yet, put together: of two entries the one nearer to the end. */
async function settle(database: Queryable, wanted: Wanted, { terms, found, reach }: Seen): Promise<Found> {
  const placed = new Map<string, number>()
  for (const [value, term] of terms) {
    const index = found.get(term)
    if (index !== undefined) placed.set(value, index)
  }
  const settled = await readPlaced(database, wanted, placed)
  for (const [value, entry] of await readUnindexed(database, { reach, wanted, values: new Set(terms.keys()) })) {
    const other = settled.get(value)
    if (!other || wanted.end === 'newest' || entry.index < other.index) settled.set(value, entry)
  }
  return settled
}

/** The entries at these places, and where one is gone or another's that shares the term, the one that a search finds. */
async function readPlaced(database: Queryable, { kind, end }: Wanted, placed: Map<string, number>): Promise<Found> {
  const entries = await readEntriesAt(database, [...new Set(placed.values())])
  const at = new Map(entries.map(entry => [entry.index, entry]))
  const found: Found = new Map()
  for (const [value, index] of placed) {
    const criteria = [hasMember(kind, value)]
    const candidate = at.get(index)
    const isMeant = candidate !== undefined && matcherOf(criteria)(candidate.entry)
    const limit = end === 'newest' ? 1 : Number.MAX_SAFE_INTEGER
    const entry = isMeant ? candidate : (await findNewest(database, criteria, { limit })).at(-1)
    if (entry) found.set(value, entry)
  }
  return found
}

type Unindexed = { reach: Reach; wanted: Wanted; values: Set<string> }

/** The same of the entries that are not in the index yet. */
async function readUnindexed(database: Queryable, { reach, wanted, values }: Unindexed): Promise<Found> {
  const { kind, end } = wanted
  const found: Found = new Map()
  const from = Math.max(reach.position, reach.minimum)
  const parts = Math.ceil((reach.size - from) / readAtOnce)
  for (let part = 0; part < parts && found.size < values.size; part += 1) {
    const first = from + (end === 'oldest' ? part : parts - 1 - part) * readAtOnce
    const entries = await readEntries(database, first, Math.min(first + readAtOnce, reach.size))
    for (const entry of end === 'oldest' ? entries : entries.reverse()) {
      const value = readIndexed(entry.entry)?.[kind]
      if (value !== undefined && values.has(value) && !found.has(value)) found.set(value, entry)
    }
  }
  return found
}
