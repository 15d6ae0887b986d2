/** The newest or the oldest entry of each of many callers or cases: three statements, however many they are. */
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntries, readEntriesAt } from '../tree/entry-store.ts'
import { hasMember, matcherOf } from './criterion.ts'
import { findNewest, readAtOnce } from './find-newest.ts'
import { readIndexed } from './indexed-entry.ts'
import { termOf } from './term.ts'
import { type Reach, readOutermost } from './term-store.ts'

type Kind = 'caller' | 'case'
type End = 'newest' | 'oldest'
type Found = Map<string, LoggedEntry>

/** Of each of `callers` that ever did anything that is logged, the newest entry. */
export const findLastCalls = (database: Queryable, callers: readonly string[]): Promise<Found> =>
  findOutermost(database, { kind: 'caller', end: 'newest' }, callers)

/** Of each of `cases` that was ever used, the oldest entry that is kept. */
export const findFirstUses = (database: Queryable, cases: readonly string[]): Promise<Found> =>
  findOutermost(database, { kind: 'case', end: 'oldest' }, cases)

type Wanted = { kind: Kind; end: End }

async function findOutermost(database: Queryable, wanted: Wanted, values: readonly string[]): Promise<Found> {
  const terms = new Map(values.map(value => [value, termOf(wanted.kind, value)]))
  const { hits, ...reach } = await readOutermost(database, [...terms.values()], wanted.end)
  const placed = new Map<string, number>()
  for (const [value, term] of terms) {
    const hit = hits.get(term)
    const indexes = hit ? hit.places.map(place => hit.first + place) : []
    const index = indexes.at(wanted.end === 'newest' ? -1 : 0)
    if (index !== undefined) placed.set(value, index)
  }
  const indexed = await readPlaced(database, wanted, placed)
  const unindexed = await readUnindexed(database, reach, wanted, new Set(values))
  return new Map(wanted.end === 'newest' ? [...indexed, ...unindexed] : [...unindexed, ...indexed])
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

/** The same of the entries that are not in the index yet. */
async function readUnindexed(database: Queryable, reach: Reach, { kind, end }: Wanted, values: Set<string>) {
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
