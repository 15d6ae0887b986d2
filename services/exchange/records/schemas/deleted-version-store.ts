/** Versions that go, softly or for good, and what bars it. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { tellOthers } from './schema-store.ts'

/** A soft delete: the version is no longer listed or compared with, but records that name it are read still. */
export async function markDeleted(tx: Transaction, dataset: string, versions: number[], now: Date): Promise<void> {
  await tx.query(
    'update schema_version set deleted_at = $3 where dataset = $1 and version = any ($2) and deleted_at is null',
    [dataset, versions, now],
  )
  await tellOthers(tx, dataset)
}

/** A hard delete of versions that are softly deleted already; their numbers are kept. */
export async function eraseVersions(tx: Transaction, dataset: string, versions: number[]): Promise<void> {
  await tx.query(
    `with erased as (
       delete from schema_version where dataset = $1 and version = any ($2) and deleted_at is not null
       returning dataset, version
     )
     insert into erased_schema_version (dataset, version) select dataset, version from erased on conflict do nothing`,
    [dataset, versions],
  )
  await tellOthers(tx, dataset)
}

/** Global ids of the schemas that refer to a version. */
export async function readReferrers(db: Queryable, subject: string, version: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    'select id from schema_version where schema_references @> $1::jsonb and deleted_at is null order by id',
    [JSON.stringify([{ subject, version }])],
  )
  return rows.map(({ id }) => id)
}
