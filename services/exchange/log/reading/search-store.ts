/**
 * Searches of the log, newest first. Each is one fixed text: a filter that is not set is a null, which the planner folds
 * away, as these statements are planned anew with their values (they have no name).
 */
import type { Subject } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { LoggedEntry } from '../tree/entry-store.ts'
import { indexSpan } from './find-index-span.ts'
import type { SearchFilter } from './search-filter.ts'

/** A pull of which some datasets were given and others refused. Canonical JSON has this text nowhere but at a result. */
const isPartial = `(kind = 'pull' and decision = 'permit' and entry like '%"decision":"refuse"%')`

/** SQL: how an entry ended, of the three ways of a pull and the two of anything else. */
export const outcome = `case when ${isPartial} then 'partial' else decision end`

const conditions = `
  entry.index < $1 and entry.index >= $14
  and ($2::text is null or kind = $2)
  and ($3::text is null or caller = $3)
  and ($4::text is null or department = $4)
  and ($5::text is null or official = $5)
  and ($6::text is null or case_number = $6)
  and ($7::text is null or matter = $7)
  and ($8::text is null or $8 = any (datasets))
  and ($9::text is null or decision = $9)
  and ($10::text is null or code = $10)
  and ($11::timestamptz is null or at >= $11)
  and ($12::timestamptz is null or at < $12)
  and ($15::boolean is null or ${isPartial} = $15)`

const everyone = `
select entry.index, entry from access_log_entry as entry
where ${conditions}
order by entry.index desc limit $13`

const bySubject = `
select entry.index, entry
from access_log_subject as subject join access_log_entry as entry on entry.index = subject.index
where subject_type = $16 and subject_id = $17 and subject.index < $1 and subject.index >= $14 and ${conditions}
order by subject.index desc limit $13`

/** Entries with an index below `before`, at most `limit`. */
export async function findEntries(
  database: Queryable,
  filter: SearchFilter,
  page: { before?: number; limit: number },
): Promise<LoggedEntry[]> {
  const { kind, system, department, official, matter, dataset, code, from, until, subject } = filter
  const { decision, partial } = storedAs(filter.decision)
  const words = [kind, system, department, official, filter.case, matter, dataset, decision, code, from, until]
  const { first, end } = await indexSpan(database, from, until)
  const before = Math.min(page.before ?? end, end)
  const values = [before, ...words.map(word => word ?? null), page.limit, first, partial]
  const { rows } = subject
    ? await database.query<LoggedEntry>(bySubject, [...values, subject.type, subject.id])
    : await database.query<LoggedEntry>(everyone, values)
  return rows
}

/** An entry is stored as permitted where anything was given. */
function storedAs(outcome: SearchFilter['decision']) {
  if (outcome === 'partial') return { decision: 'permit', partial: true }
  return { decision: outcome, partial: outcome === 'permit' ? false : null }
}

const accesses = `
select entry.index, entry
from access_log_subject as subject join access_log_entry as entry on entry.index = subject.index
where subject_type = $1 and subject_id = $2 and ($3::bigint is null or subject.index < $3)
  and (confidential_until is null or confidential_until <= $4::date)
  and not (kind = 'citizen-view' and caller = $5)
order by subject.index desc limit $6`

/** A subject's view of the log: all that is about them, but for what is confidential still and their own looking. */
export async function findAccesses(
  database: Queryable,
  subject: Subject,
  page: { before?: number; limit: number; today: string; viewer: string },
): Promise<LoggedEntry[]> {
  const values = [subject.type, subject.id, page.before ?? null, page.today, page.viewer, page.limit]
  return (await database.query<LoggedEntry>(accesses, values)).rows
}

/** `refusals`: pulls of which nothing was given; `partial`: some of it. */
export type Figure = {
  department: string
  day: string
  pulls: number
  partial: number
  refusals: number
  subjects: number
}

const figures = `
with pull as (
  select index, coalesce(department, '') as department, (at at time zone 'Asia/Shanghai')::date as day, decision,
    ${isPartial} as partial
  from access_log_entry where kind = 'pull' and at >= $1 and at < $2 and index >= $3 and index < $4
), about as (
  select department, day, count(distinct (subject_type, subject_id)) as subjects
  from pull join access_log_subject using (index) group by department, day
)
select pull.department, pull.day, count(*) as pulls, count(*) filter (where partial) as partial,
  count(*) filter (where decision <> 'permit') as refusals,
  coalesce(max(about.subjects), 0) as subjects
from pull left join about using (department, day)
group by pull.department, pull.day order by pull.day desc, pull.department`

/** Pulls, refusals and distinct subjects by department and day (of the city: Asia/Shanghai). */
export async function readFigures(database: Queryable, from: string, until: string): Promise<Figure[]> {
  const { first, end } = await indexSpan(database, from, until)
  return (await database.query<Figure>(figures, [from, until, first, end])).rows
}

export async function hasReference(database: Queryable, kind: string, reference: string): Promise<boolean> {
  const text = 'select from access_log_entry where reference = $1 and kind = $2 limit 1'
  return (await database.query(text, [reference, kind])).rowCount === 1
}

/** Where a system's own pull stands in the access log; undefined where it made no such pull. */
export async function indexOfPull(db: Queryable, system: string, pull: string): Promise<number | undefined> {
  const { rows } = await db.query<{ index: number }>(
    `select index from access_log_entry where reference = $2 and caller = $1 and kind = 'pull'`,
    [system, pull],
  )
  return rows[0]?.index
}
