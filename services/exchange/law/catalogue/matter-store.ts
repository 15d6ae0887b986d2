import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Matter } from './matter.ts'

export async function storeMatter(tx: Transaction, matter: Matter): Promise<void> {
  await tx.query(
    `insert into matter (id, department, entry) values ($1, $2, $3)
     on conflict (id) do update set department = excluded.department, entry = excluded.entry, updated_at = now()`,
    [matter.id, matter.department, matter],
  )
}

export async function readMatters(db: Queryable): Promise<Matter[]> {
  const { rows } = await db.query<{ entry: Matter }>('select entry from matter order by id')
  return rows.map(row => row.entry)
}
