import type { JsonObject } from '../../contract/canonical-json.ts'
import type { Queryable } from '../database/pool.ts'
import type { Transaction } from '../database/transaction.ts'
import type { RegisteredSchema } from './schema-version.ts'

/** Every exchange process hears of a change on this channel when the transaction commits; the payload is the dataset. */
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
  await tx.query('select from dataset where id = $1 for no key update', [dataset])
}

export async function insertVersion(
  tx: Transaction,
  {
    dataset,
    schema,
    fingerprint,
    registeredBy,
    now,
  }: Pick<RegisteredSchema, 'dataset' | 'schema' | 'fingerprint' | 'registeredBy'> & { now: Date },
): Promise<RegisteredSchema> {
  const { rows } = await tx.query<Row>(
    `insert into schema_version (dataset, version, schema, fingerprint, registered_by, registered_at)
     select $1, coalesce(max(version), 0) + 1, $2, $3, $4, $5 from schema_version where dataset = $1
     returning ${columns}`,
    [dataset, JSON.stringify(schema), fingerprint, registeredBy, now],
  )
  await tx.query('select pg_notify($1, $2)', [schemaChannel, dataset])
  return read(rows[0]!)
}
