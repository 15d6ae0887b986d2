import { parsePointer } from '../../../contract/json-pointer.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Item, Overlap } from './repeat-collection.ts'

/** Enough to tell one half from the other; the values are compared inside the database and never leave it. */
const sampleSize = 500
/** Of so many records at most those are sampled that have the field: what hardly any has is no burden to look for. */
const lookedThrough = 10_000

/** U+0000 and halves of characters may be kept as json, but PostgreSQL reads no member of a json that holds one. */
const readable = String.raw`regexp_replace(r.body::text, '\\u(0000|d[89a-f][0-9a-f]{2})', '\\ufffd', 'g')::json`

/**
 * Both records are walked down their pointers, a step at a time; `*` goes to every item of a list. Values are compared as
 * JSON, so that a text of the one and a number of the other are never the same.
 */
const compareSample = `
with recursive looked_at as (
  select split_part(subject, ' ', 1) as subject_type, split_part(subject, ' ', 2) as subject_id, ${readable} as body
  from record r cross join lateral string_to_table(r.about, ',') as subject
  where r.dataset = $1 limit $7
), sample as (
  select subject_type, subject_id, body from looked_at where body #> $3 is not null limit $6
), walk (side, subject_type, subject_id, value, path) as (
  (select 1, subject_type, subject_id, body, $2::text[] from sample
   union all
   select 2, s.subject_type, s.subject_id, ${readable}, $5::text[]
   from (select distinct subject_type, subject_id from sample) a
   join record_subject s on s.subject_id = a.subject_id and s.subject_type = a.subject_type and s.dataset = $4
   join record r on r.dataset = s.dataset and r.key = s.key)
  union all
  select side, subject_type, subject_id, step.value, path[2:]
  from walk cross join lateral (
    select item.value
    from json_array_elements(case when json_typeof(walk.value) = 'array' and path[1] = '*' then walk.value else '[]' end) item
    union all
    select case json_typeof(walk.value)
      when 'object' then walk.value -> path[1]
      when 'array' then walk.value -> substring(path[1] from '^\\d{1,4}$')::int
    end
  ) step
  where cardinality(path) > 0 and step.value is not null
), reached as (
  select distinct side, subject_type, subject_id, value::text as value
  from walk where cardinality(path) = 0 and json_typeof(value) <> 'null'
), compared as (
  select one.subject_type, one.subject_id, bool_or(one.value = other.value) as same
  from reached one join reached other using (subject_type, subject_id)
  where one.side = 1 and other.side = 2
  group by one.subject_type, one.subject_id
)
select count(*)::int as subjects, (count(*) filter (where same))::int as same from compared`

/** Of a sample of subjects that both datasets hold: how many have a value of the one in the other, lists included. */
export async function sampleOverlap(db: Queryable, one: Item, other: Item): Promise<Overlap> {
  const [path, otherPath] = [parsePointer(one.pointer) ?? [], parsePointer(other.pointer) ?? []]
  const beforeList = path.includes('*') ? path.slice(0, path.indexOf('*')) : path
  const values = [one.dataset, path, beforeList, other.dataset, otherPath, sampleSize, lookedThrough]
  return (await db.query<Overlap>(compareSample, values)).rows[0]!
}
