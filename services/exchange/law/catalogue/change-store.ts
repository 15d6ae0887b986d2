import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Change, ChangeState } from './change.ts'

type Row = Omit<Change, 'answeredAt' | 'answeredBy' | 'reason'> & {
  answered_at: Date | null
  answered_by: string | null
  reason: string | null
}

const columns = `id, dataset, department, entry, state, proposed_at as "proposedAt", proposed_by as "proposedBy",
  answered_at, answered_by, reason`

const changeOf = ({ answered_at, answered_by, reason, ...change }: Row): Change => ({
  ...change,
  ...(answered_at && { answeredAt: answered_at }),
  ...(answered_by !== null && { answeredBy: answered_by }),
  ...(reason !== null && { reason }),
})

/** Returns whether it was taken: while one change of the dataset is in review, no other is. */
export async function insertChange(tx: Transaction, change: Change): Promise<boolean> {
  const { id, dataset, department, entry, state, proposedAt, proposedBy } = change
  const { rowCount } = await tx.query(
    `insert into catalogue_change (id, dataset, department, entry, state, proposed_at, proposed_by)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict (dataset) where state = 'in-review' do nothing`,
    [id, dataset, department, entry, state, proposedAt, proposedBy],
  )
  return rowCount === 1
}

export async function readChange(db: Queryable, id: string): Promise<Change | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from catalogue_change where id = $1`, [id])
  return rows.map(changeOf)[0]
}

export async function lockChange(tx: Transaction, id: string): Promise<Change | undefined> {
  const text = `select ${columns} from catalogue_change where id = $1 for no key update`
  const { rows } = await tx.query<Row>(text, [id])
  return rows.map(changeOf)[0]
}

export async function updateChange(tx: Transaction, change: Change): Promise<void> {
  const { id, state, answeredAt, answeredBy, reason } = change
  await tx.query(
    'update catalogue_change set state = $2, answered_at = $3, answered_by = $4, reason = $5 where id = $1',
    [id, state, answeredAt ?? null, answeredBy ?? null, reason ?? null],
  )
}

/** Newest first; of all departments where none is named. */
export async function listChanges(
  db: Queryable,
  filter: { department?: string; state?: ChangeState; before?: string },
  limit: number,
): Promise<Change[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} from catalogue_change
     where ($1::text is null or department = $1) and ($2::text is null or state = $2) and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [filter.department ?? null, filter.state ?? null, filter.before ?? null, limit],
  )
  return rows.map(changeOf)
}
