import type { Queryable } from '../../../postgres/pool.ts'
import type { SeenPull } from './alarm-rules.ts'

const pulls = `
select entry.index, entry.at, entry.caller, coalesce(entry.department, '') as department, entry.official,
  entry.case_number as "caseNumber", first_use.at as "caseSince", entry.decision, entry.code,
  entry.confidential_until is not null as confidential,
  coalesce(about.subjects, '{}') as subjects, coalesce(about.watched, '{}') as watched
from access_log_entry as entry
left join lateral (
  select array_agg(subject_type || ' ' || subject_id) as subjects,
    array_agg(distinct list) filter (where list is not null) as watched
  from access_log_subject as subject left join access_log_watched using (subject_type, subject_id)
  where subject.index = entry.index
) as about on true
left join lateral (
  select earlier.at from access_log_entry as earlier
  where earlier.case_number = entry.case_number order by earlier.index limit 1
) as first_use on true
where entry.index >= $1 and entry.index < $2 and entry.kind = 'pull' and entry.at >= $3 and entry.at < $4
order by entry.index limit $5`

export type PullSpan = { first: number; end: number; from: Date; until: Date }

/** Pulls of a span of time in their order, at most `limit`, from entry `first` on. */
export async function readPulls(database: Queryable, span: PullSpan, limit: number): Promise<SeenPull[]> {
  const values = [span.first, span.end, span.from, span.until, limit]
  return (await database.query<SeenPull>({ name: 'read-pulls-for-alarms', text: pulls, values })).rows
}

/** Replaces a watch list; an empty one is gone. */
export async function storeWatchList(
  database: Queryable,
  list: string,
  subjects: readonly { type: string; id: string }[],
): Promise<void> {
  await database.query('delete from access_log_watched where list = $1', [list])
  await database.query(
    `insert into access_log_watched (list, subject_type, subject_id)
     select $1, subject_type, subject_id from unnest($2::text[], $3::text[]) as watched (subject_type, subject_id)
     on conflict do nothing`,
    [list, subjects.map(({ type }) => type), subjects.map(({ id }) => id)],
  )
}

export async function countWatchLists(database: Queryable): Promise<{ list: string; count: number }[]> {
  const text = 'select list, count(*)::int as count from access_log_watched group by list order by list'
  return (await database.query<{ list: string; count: number }>(text)).rows
}
