import type { Subject } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Learnt } from './learnt.ts'

/** Who learnt, and about whom. */
export type Learner = { department: string; subject: Subject }

/** Bits learnt, read once nobody else can learn more, in the order of the learners, which must have an order of their own. */
export async function lockLearnt(tx: Transaction, learners: readonly Learner[], day: string): Promise<Learnt[][]> {
  const { rows } = await tx.query<{ n: number; learnt: Learnt[] }>({
    name: 'decision-lock-learnt',
    text: `with asked as (
             select * from unnest($1::text[], $2::text[], $3::text[])
               with ordinality as asked (department, subject_type, subject_id, n)
           ), locked as (
             insert into claim_learnt (department, subject_type, subject_id, asked_on)
             select department, subject_type, subject_id, $4 from asked order by n
             on conflict (subject_id, department, subject_type)
               do update set asked_on = greatest(claim_learnt.asked_on, excluded.asked_on)
             returning department, subject_type, subject_id, learnt
           )
           select n, learnt from asked join locked using (department, subject_type, subject_id) order by n`,
    values: [...columnsOf(learners), day],
  })
  return rows.map(({ learnt }) => learnt)
}

export type LearntRow = Learner & { learnt: readonly Learnt[]; refusedOn: string | undefined }

/** Of rows that are locked. */
export async function storeLearnt(tx: Transaction, rows: readonly LearntRow[]): Promise<void> {
  await tx.query({
    name: 'decision-store-learnt',
    text: `update claim_learnt c set learnt = new.learnt, refused_on = coalesce(new.refused_on, c.refused_on)
           from unnest($1::text[], $2::text[], $3::text[], $4::jsonb[], $5::date[])
             as new (department, subject_type, subject_id, learnt, refused_on)
           where c.subject_id = new.subject_id and c.department = new.department and c.subject_type = new.subject_type`,
    values: [
      ...columnsOf(rows),
      rows.map(({ learnt }) => JSON.stringify(learnt)),
      rows.map(({ refusedOn }) => refusedOn ?? null),
    ],
  })
}

const columnsOf = (learners: readonly Learner[]) => [
  learners.map(({ department }) => department),
  learners.map(({ subject }) => subject.type),
  learners.map(({ subject }) => subject.id),
]

/** About how many subjects each department was refused on this day because it has learnt all it may. */
export async function countOverLearnt(db: Queryable, day: string): Promise<{ department: string; subjects: number }[]> {
  const { rows } = await db.query<{ department: string; subjects: number }>(
    'select department, count(*) as subjects from claim_learnt where refused_on = $1 group by department',
    [day],
  )
  return rows
}

/** Claims last asked before this day count no more. */
export async function forgetLearnt(db: Queryable, day: string): Promise<void> {
  await db.query('delete from claim_learnt where asked_on < $1', [day])
}
