import { type Subject, subjectKey } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'

/** Replaces a watch list; an empty one is gone. */
export async function storeWatchList(database: Queryable, list: string, subjects: readonly Subject[]): Promise<void> {
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

/** By `subjectKey`, the names of the lists that a subject is on. */
export async function readWatched(database: Queryable): Promise<ReadonlyMap<string, readonly string[]>> {
  const { rows } = await database.query<Subject & { lists: string[] }>(
    `select subject_type as type, subject_id as id, array_agg(list order by list) as lists
     from access_log_watched group by subject_type, subject_id`,
  )
  return new Map(rows.map(({ lists, ...subject }) => [subjectKey(subject), lists]))
}
