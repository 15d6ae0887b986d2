import type { JsonObject } from '../../contract/canonical-json.ts'
import type { Queryable } from '../database/pool.ts'
import type { Transaction } from '../database/transaction.ts'
import type { RegisteredSchema } from './schema-version.ts'

/** Every exchange process hears on this channel, when the transaction commits, that a version has changed or gone. */
export const schemaChannel = 'datarun_schema'

const columns = `id, dataset, version, schema, fingerprint, schema_references as "references",
  registered_at as "registeredAt", registered_by as "registeredBy", refused_from as "refusedFrom", deleted_at as "deletedAt"`

type Row = Omit<RegisteredSchema, 'schema'> & { schema: string }
const read = (row: Row): RegisteredSchema => ({ ...row, schema: JSON.parse(row.schema) as JsonObject })

/** All versions of a dataset, deleted ones included, oldest first. */
export async function listVersions(db: Queryable, dataset: string): Promise<RegisteredSchema[]> {
  const { rows } = await db.query<Row>(`select ${columns} from schema_version where dataset = $1 order by version`, [
    dataset,
  ])
  return rows.map(read)
}

export async function readVersion(
  db: Queryable,
  dataset: string,
  version: number,
): Promise<RegisteredSchema | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from schema_version where dataset = $1 and version = $2`, [
    dataset,
    version,
  ])
  return rows[0] && read(rows[0])
}

export async function readById(db: Queryable, id: number): Promise<RegisteredSchema | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from schema_version where id = $1`, [id])
  return rows[0] && read(rows[0])
}

/** One registration at a time for a dataset, until the transaction ends: versions have no gap and none is checked twice. */
export async function lockDataset(tx: Transaction, dataset: string): Promise<void> {
  const text = 'select from dataset where id = $1 for no key update'
  await tx.query({ name: 'lock-dataset', text, values: [dataset] })
}

const insertText = `
insert into schema_version (dataset, version, schema, fingerprint, schema_references, registered_by, registered_at)
select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5, $6 from schema_version where dataset = $1
returning id, version`

type NewVersion = Pick<RegisteredSchema, 'dataset' | 'schema' | 'fingerprint' | 'references' | 'registeredBy'>

export async function insertVersion(
  tx: Transaction,
  { now: registeredAt, ...version }: NewVersion & { now: Date },
): Promise<RegisteredSchema> {
  const { dataset, schema, fingerprint, references, registeredBy } = version
  const values = [dataset, JSON.stringify(schema), fingerprint, JSON.stringify(references), registeredBy, registeredAt]
  const insert = { name: 'insert-schema-version', text: insertText, values }
  const { rows } = await tx.query<{ id: number; version: number }>(insert)
  return { ...rows[0]!, ...version, registeredAt, refusedFrom: null, deletedAt: null }
}

const tellOthers = (tx: Transaction, dataset: string) => tx.query('select pg_notify($1, $2)', [schemaChannel, dataset])

/** The newest version of each of the datasets that has one. */
export async function readNewest(db: Queryable, datasets: readonly string[]): Promise<Map<string, JsonObject>> {
  const { rows } = await db.query<{ dataset: string; schema: string }>(
    `select distinct on (dataset) dataset, schema from schema_version
     where dataset = any ($1) and deleted_at is null order by dataset, version desc`,
    [datasets],
  )
  return new Map(rows.map(({ dataset, schema }) => [dataset, JSON.parse(schema) as JsonObject]))
}

/** From `refusedFrom` on, publishing with the version is refused; null allows it again. */
export async function setRefusedFrom(tx: Transaction, id: number, refusedFrom: Date | null): Promise<void> {
  const { rows } = await tx.query<{ dataset: string }>(
    'update schema_version set refused_from = $2 where id = $1 returning dataset',
    [id, refusedFrom],
  )
  if (rows[0]) await tellOthers(tx, rows[0].dataset)
}

/** A soft delete: the version is no longer listed or compared with, but records that name it are read still. */
export async function markDeleted(tx: Transaction, dataset: string, versions: number[], now: Date): Promise<void> {
  await tx.query(
    'update schema_version set deleted_at = $3 where dataset = $1 and version = any ($2) and deleted_at is null',
    [dataset, versions, now],
  )
  await tellOthers(tx, dataset)
}

/** A hard delete of versions that are softly deleted already. */
export async function eraseVersions(tx: Transaction, dataset: string, versions: number[]): Promise<void> {
  await tx.query('delete from schema_version where dataset = $1 and version = any ($2) and deleted_at is not null', [
    dataset,
    versions,
  ])
  await tellOthers(tx, dataset)
}

/** Which of the versions some retained record names. */
export async function versionsInUse(db: Queryable, dataset: string, versions: number[]): Promise<number[]> {
  const { rows } = await db.query<{ version: number }>(
    `select version from unnest($2::integer[]) as version
     where exists (select from record where dataset = $1 and schema_version = version)
        or exists (select from record_history where dataset = $1 and schema_version = version)`,
    [dataset, versions],
  )
  return rows.map(({ version }) => version)
}

/** Global ids of the schemas that refer to a version. */
export async function readReferrers(db: Queryable, subject: string, version: number): Promise<number[]> {
  const { rows } = await db.query<{ id: number }>(
    'select id from schema_version where schema_references @> $1::jsonb and deleted_at is null order by id',
    [JSON.stringify([{ subject, version }])],
  )
  return rows.map(({ id }) => id)
}

/** Datasets that have a version, and whether all their versions are softly deleted. */
export async function listDatasets(db: Queryable): Promise<{ dataset: string; isDeleted: boolean }[]> {
  const { rows } = await db.query<{ dataset: string; isDeleted: boolean }>(
    `select dataset, bool_and(deleted_at is not null) as "isDeleted" from schema_version
     group by dataset order by dataset`,
  )
  return rows
}
