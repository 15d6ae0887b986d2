/**
 * When each of many cases was first used. Each bucket of theirs is read whole, so all cases of a question are asked for at once:
 * a hundred thousand cost no more than some hundreds.
 */
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntries, readEntriesAt } from '../tree/entry-store.ts'
import { hasMember, matcherOf } from './criterion.ts'
import { findNewest } from './find-newest.ts'
import { readIndexed } from './indexed-entry.ts'
import { placeOf, termsIn } from './step.ts'
import { type Term, termOf } from './term.ts'
import { type Reach, readKeys } from './term-store.ts'

/** Entries that are unpacked and parsed at once: about a millisecond. */
const readAtOnce = 256

type Uses = Map<string, Date>
type Looking = { values: Map<Term, string>; before: number }

/** Of each of `cases` that an entry with an index below `before` names, the time of the oldest one that is kept. */
export async function findFirstUses(database: Queryable, cases: Iterable<string>, before: number): Promise<Uses> {
  const uses: Uses = new Map()
  const terms = [...new Set(cases)].map(value => ({ value, term: termOf('case', value) }))
  let unindexed = before
  for (const [bucket, wanted] of Map.groupBy(terms, ({ term }) => placeOf(term).bucket)) {
    const values = new Map(wanted.map(({ term, value }) => [term, value]))
    const reach = await takeIndexed(database, { bucket, looking: { values, before }, uses })
    // The index may be made anew meanwhile: what one statement did not see is read in the log.
    unindexed = Math.min(unindexed, Math.max(reach.position, reach.minimum))
  }
  await takeUnindexed(database, { from: unindexed, before, cases: new Set(terms.map(({ value }) => value)) }, uses)
  return uses
}

type Bucket = { bucket: number; looking: Looking; uses: Uses }

async function takeIndexed(database: Queryable, { bucket, looking, uses }: Bucket): Promise<Reach> {
  const { values, before } = looking
  const { rows, ...reach } = await readKeys(database, [bucket, ...values.keys()])
  const oldest = new Map<Term, number>()
  for (const row of rows) {
    for (const { term, place } of termsIn(row)) {
      const index = row.first + place
      if (!values.has(term) || index < reach.minimum || index >= before) continue
      if (index < (oldest.get(term) ?? before)) oldest.set(term, index)
    }
  }
  const found = [...oldest]
  for (let at = 0; at < found.length; at += readAtOnce) {
    await settle(database, found.slice(at, at + readAtOnce), { looking, uses })
  }
  return reach
}

/** The entries at these places, and where one is gone or another's that shares the term, what a search finds. */
async function settle(
  database: Queryable,
  found: readonly [Term, number][],
  { looking: { values, before }, uses }: { looking: Looking; uses: Uses },
): Promise<void> {
  const entries = await readEntriesAt(
    database,
    found.map(([, index]) => index),
  )
  const at = new Map(entries.map(entry => [entry.index, entry]))
  for (const [term, index] of found) {
    const value = values.get(term)!
    const criteria = [hasMember('case', value)]
    const candidate = at.get(index)
    const isMeant = candidate !== undefined && matcherOf(criteria)(candidate.entry)
    const all = { before, limit: Number.MAX_SAFE_INTEGER }
    take(uses, value, isMeant ? candidate : (await findNewest(database, criteria, all)).at(-1))
  }
}

function take(uses: Uses, value: string, entry: LoggedEntry | undefined): void {
  const at = entry && readIndexed(entry.entry)?.at
  if (at !== undefined && !uses.has(value)) uses.set(value, new Date(at))
}

type Unindexed = { from: number; before: number; cases: ReadonlySet<string> }

/** Older entries come first, so what the index found stays. */
async function takeUnindexed(database: Queryable, { from, before, cases }: Unindexed, uses: Uses): Promise<void> {
  const fromLog: Uses = new Map()
  for (let first = from; first < before; first += readAtOnce) {
    for (const entry of await readEntries(database, first, Math.min(before, first + readAtOnce))) {
      const value = readIndexed(entry.entry)?.case
      if (value !== undefined && cases.has(value)) take(fromLog, value, entry)
    }
  }
  for (const [value, at] of fromLog) {
    const other = uses.get(value)
    if (!other || at < other) uses.set(value, at)
  }
}
