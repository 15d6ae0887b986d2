import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import type { RecordVersion } from '../registry/version.ts'

/** Notes who published the accepted records of a chunk. Nobody else writes these rows: the partition is locked. */
export function notePublications(
  { dataset, partition }: { dataset: string; partition: number },
  versions: readonly Pick<RecordVersion, 'system' | 'eventTime'>[],
): pg.QueryConfig[] {
  if (versions.length === 0) return []
  const text = `insert into publication (system, dataset, partition, records, event_time)
    select system, $1, $2, count(*), max(event_time)
    from unnest($3::text[], $4::timestamptz[]) as published (system, event_time) group by system
    on conflict (dataset, partition, system) do update set records = publication.records + excluded.records,
      event_time = greatest(publication.event_time, excluded.event_time), taken_at = now()`
  const values = [dataset, partition, versions.map(({ system }) => system), versions.map(({ eventTime }) => eventTime)]
  return [{ name: 'publication-note', text, values }]
}

/** `takenAt`: when the hub stored the last of them. */
export type Publication = { dataset: string; records: number; eventTime: Date; takenAt: Date }

/** Messages accepted from each of these systems, by system and dataset. */
export async function readPublications(
  db: Queryable,
  systems: readonly string[],
): Promise<(Publication & { system: string })[]> {
  const { rows } = await db.query<Publication & { system: string }>(
    `select system, dataset, sum(records)::bigint as records, max(event_time) as "eventTime", max(taken_at) as "takenAt"
     from publication where system = any($1) group by system, dataset order by system, dataset`,
    [systems],
  )
  return rows
}
