/** Searches of the log: what auditors, citizens and the rooms ask for, as criteria of the index. */
import type { Subject } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import {
  type Criterion,
  endedAs,
  hasDataset,
  hasMember,
  isAbout,
  isOfKind,
  isWithin,
  type Member,
} from '../index/criterion.ts'
import { findNewest } from '../index/find-newest.ts'
import type { LoggedEntry } from '../tree/entry-store.ts'
import { indexSpan } from './find-index-span.ts'
import type { SearchFilter } from './search-filter.ts'

/** Newest first, with an index below `before`, at most `limit`. */
export type EntryPage = { before?: number; limit: number }

/** Entries that every word of the filter holds for. */
export async function findEntries(database: Queryable, filter: SearchFilter, page: EntryPage): Promise<LoggedEntry[]> {
  const { first, end } = await indexSpan(database, filter.from, filter.until)
  return findNewest(database, criteriaOf(filter), {
    first,
    before: Math.min(page.before ?? end, end),
    limit: page.limit,
  })
}

function criteriaOf(filter: SearchFilter): Criterion[] {
  const { kind, dataset, decision, from, until, subject, system: caller, department, official, matter, code } = filter
  const words: { [M in Member]?: string | undefined } = {
    caller,
    department,
    official,
    case: filter.case,
    matter,
    code,
  }
  const criteria = Object.entries(words).flatMap(([member, word]) =>
    word === undefined ? [] : [hasMember(member as Member, word)],
  )
  if (subject) criteria.push(isAbout(subject))
  if (dataset !== undefined) criteria.push(hasDataset(dataset))
  if (kind) criteria.push(isOfKind(kind))
  if (decision) criteria.push(endedAs(decision))
  const time = (text: string | undefined, other: number) => (text === undefined ? other : Date.parse(text))
  if (from !== undefined || until !== undefined) criteria.push(isWithin(time(from, -Infinity), time(until, Infinity)))
  return criteria
}

/** A subject's view of the log: all that is about them, but for what is confidential still and their own looking. */
export function findAccesses(
  database: Queryable,
  subject: Subject,
  { today, viewer, ...page }: EntryPage & { today: string; viewer: string },
): Promise<LoggedEntry[]> {
  const isShown: Criterion = {
    holds: ({ confidentialUntil, kind, caller }) =>
      (confidentialUntil === undefined || confidentialUntil <= today) &&
      !(kind === 'citizen-view' && caller === viewer),
  }
  return findNewest(database, [isAbout(subject), isShown], page)
}

export async function hasReference(database: Queryable, kind: string, reference: string): Promise<boolean> {
  const found = await findNewest(database, [hasMember('reference', reference), isOfKind(kind)], { limit: 1 })
  return found.length > 0
}

/** Where a system's own pull stands in the access log; undefined where it made no such pull. */
export async function indexOfPull(database: Queryable, system: string, pull: string): Promise<number | undefined> {
  const criteria = [hasMember('reference', pull), hasMember('caller', system), isOfKind('pull')]
  const [found] = await findNewest(database, criteria, { limit: 1 })
  return found?.index
}
