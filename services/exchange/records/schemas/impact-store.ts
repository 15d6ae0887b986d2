import type { Queryable } from '../../../postgres/pool.ts'

export type Use = { department: string; field: string; pulls: number; latest: Date }

/** Permitted pulls read at most, newest first. */
const mostPulls = 100_000

/** Which departments were given, or had verified, which fields of a dataset since `since`, by the access log. */
export async function readUses(db: Queryable, dataset: string, since: Date): Promise<Use[]> {
  const { rows } = await db.query<Use>(
    `with pull as (
       select department, at, entry::jsonb -> 'content' -> 'results' as results from access_log_entry
       where kind = 'pull' and decision = 'permit' and $1 = any (datasets) and at >= $2 and department is not null
       order by index desc limit $3)
     select department, field, count(*) as pulls, max(at) as latest
     from pull, jsonb_array_elements(coalesce(results, '[]')) as result,
       jsonb_array_elements_text(coalesce(result -> 'fields', '[]') || coalesce(result -> 'claims', '[]')) as field
     where result ->> 'dataset' = $1
     group by department, field order by department, field`,
    [dataset, since, mostPulls],
  )
  return rows
}
