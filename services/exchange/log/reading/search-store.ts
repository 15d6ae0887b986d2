import type { Queryable } from '../../../postgres/pool.ts'
import { indexSpan } from './find-index-span.ts'

/** A pull of which some datasets were given and others refused. Canonical JSON has this text nowhere but at a result. */
const isPartial = `(kind = 'pull' and decision = 'permit' and entry like '%"decision":"refuse"%')`

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
