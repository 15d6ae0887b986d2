import { parsePointer } from '../../contract/json-pointer.ts'
import type { Queryable } from '../database/pool.ts'
import type { Item, Overlap } from './repeat-collection.ts'

/** Enough to tell one half from the other; the values are compared inside the database and never leave it. */
const sampleSize = 500

/** Of a sample of subjects that both datasets hold: how many have the same value in both. Lists (`*`) are not compared. */
export async function sampleOverlap(db: Queryable, one: Item, other: Item): Promise<Overlap> {
  const [path, otherPath] = [parsePointer(one.pointer) ?? [], parsePointer(other.pointer) ?? []]
  if (path.includes('*') || otherPath.includes('*')) return { subjects: 0, same: 0 }
  const { rows } = await db.query<Overlap>(
    `with sample as (
       select s.subject_type, s.subject_id, r.body #>> $2 as value
       from record_subject s join record r on r.dataset = s.dataset and r.key = s.key
       where s.dataset = $1 and r.body #>> $2 is not null limit $5
     ), compared as (
       select a.subject_type, a.subject_id, bool_or(r.body #>> $4 = a.value) as same
       from sample a
       join record_subject s on s.subject_id = a.subject_id and s.subject_type = a.subject_type and s.dataset = $3
       join record r on r.dataset = s.dataset and r.key = s.key
       where r.body #>> $4 is not null
       group by a.subject_type, a.subject_id
     )
     select count(*) as subjects, count(*) filter (where same) as same from compared`,
    [one.dataset, path, other.dataset, otherPath, sampleSize],
  )
  return rows[0]!
}
