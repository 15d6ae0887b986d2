import { type Subject, subjectKey } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'

export type ClaimTally = { department: string; subject: Subject; claims: number }

/** Adds to the day's counts and returns the sums, in the order given. `day` is a date of the city, YYYY-MM-DD. */
export async function countClaims(tx: Transaction, day: string, tallies: ClaimTally[]): Promise<ClaimTally[]> {
  const sorted = tallies.toSorted((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1))
  const { rows } = await tx.query<{ department: string; type: Subject['type']; id: string; claims: number }>({
    name: 'decision-count-claims',
    text: `insert into claim_count as c (day, department, subject_type, subject_id, claims)
           select $1, * from unnest($2::text[], $3::text[], $4::text[], $5::integer[])
           on conflict (subject_id, department, day, subject_type) do update set claims = c.claims + excluded.claims
           returning department, subject_type as type, subject_id as id, claims`,
    values: [
      day,
      sorted.map(({ department }) => department),
      sorted.map(({ subject }) => subject.type),
      sorted.map(({ subject }) => subject.id),
      sorted.map(({ claims }) => claims),
    ],
  })
  return rows.map(({ department, type, id, claims }) => ({ department, subject: { type, id }, claims }))
}

const keyOf = ({ department, subject }: ClaimTally) => `${subjectKey(subject)} ${department}`

/** How many subjects each department has claimed too much about on this day. */
export async function countOverClaimed(
  db: Queryable,
  day: string,
  limit: number,
): Promise<{ department: string; subjects: number }[]> {
  const { rows } = await db.query<{ department: string; subjects: number }>(
    'select department, count(*) as subjects from claim_count where day = $1 and claims > $2 group by department',
    [day, limit],
  )
  return rows
}

/** Counts of days before this one are of no use to anybody. */
export async function forgetClaims(db: Queryable, day: string): Promise<void> {
  await db.query('delete from claim_count where day < $1', [day])
}
