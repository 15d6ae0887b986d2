import type { Queryable } from '../../../postgres/pool.ts'

/** Records of a dataset are counted up to here. */
export const mostCounted = 100_000

export async function countRecords(db: Queryable, dataset: string): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) from (select from record where dataset = $1 limit $2) as counted',
    [dataset, mostCounted],
  )
  return rows[0]!.count
}

/** Bodies as JSON texts, from both ends of the keys; all where there are not more than `most`. */
export async function readBodies(db: Queryable, dataset: string, most: number): Promise<string[]> {
  const { rows } = await db.query<{ body: string }>(
    `(select key, body::text from record where dataset = $1 order by key limit $2)
     union
     (select key, body::text from record where dataset = $1 order by key desc limit $2)`,
    [dataset, Math.ceil(most / 2)],
  )
  return rows.map(({ body }) => body)
}

export type Publisher = { system: string; version: number; records: number; latest: Date }

/** Who published the retained records, and with which version. */
export async function readPublishers(db: Queryable, dataset: string): Promise<Publisher[]> {
  const { rows } = await db.query<Publisher>(
    `select system, schema_version as version, count(*) as records, max(event_time) as latest
     from record where dataset = $1 group by system, schema_version order by system, schema_version`,
    [dataset],
  )
  return rows
}

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
