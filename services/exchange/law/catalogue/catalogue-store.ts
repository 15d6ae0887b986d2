import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Dataset } from './dataset.ts'

/** Every exchange process hears of a change on this channel when it is committed: a trigger tells (migration 0019). */
export const catalogueChannel = 'datarun_catalogue'

export async function storeDataset(tx: Transaction, dataset: Dataset): Promise<void> {
  await tx.query(
    `insert into dataset (id, department, entry) values ($1, $2, $3)
     on conflict (id) do update set entry = excluded.entry, updated_at = now()`,
    [dataset.id, dataset.department, dataset],
  )
}

/** Counted by the database with every change of a dataset, a matter, a system or a reader. */
export async function readCatalogueVersion(db: Queryable): Promise<number> {
  const { rows } = await db.query<{ catalogue: number }>('select catalogue from decision_version')
  return rows[0]!.catalogue
}

export async function readDatasets(db: Queryable): Promise<Dataset[]> {
  const { rows } = await db.query<{ entry: Dataset }>('select entry from dataset order by id')
  return rows.map(row => row.entry)
}

export async function readDataset(db: Queryable, id: string): Promise<Dataset | undefined> {
  const { rows } = await db.query<{ entry: Dataset }>('select entry from dataset where id = $1', [id])
  return rows[0]?.entry
}

export async function listDatasetIds(db: Queryable, department: string): Promise<string[]> {
  const text = 'select id from dataset where department = $1 order by id'
  return (await db.query<{ id: string }>(text, [department])).rows.map(({ id }) => id)
}

/** One registration at a time for a dataset, until the transaction ends: versions have no gap and none is checked twice. */
export async function lockDataset(tx: Transaction, dataset: string): Promise<void> {
  const text = 'select from dataset where id = $1 for no key update'
  await tx.query({ name: 'lock-dataset', text, values: [dataset] })
}
