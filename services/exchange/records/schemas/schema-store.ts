import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { RegisteredSchema, VersionEntry } from './schema-version.ts'

/** Every exchange process hears on this channel, when the transaction commits, that a version has changed or gone. */
export const schemaChannel = 'datarun_schema'

const entryColumns = `id, guid, dataset, version, fingerprint, schema_references as "references",
  registered_at as "registeredAt", registered_by as "registeredBy", refused_from as "refusedFrom", deleted_at as "deletedAt"`
export const columns = `${entryColumns}, schema`

export type Row = Omit<RegisteredSchema, 'schema'> & { schema: string }
export const read = (row: Row): RegisteredSchema => ({ ...row, schema: JSON.parse(row.schema) as JsonObject })

/** All versions of a dataset, deleted ones included, oldest first. */
export async function listVersions(db: Queryable, dataset: string): Promise<VersionEntry[]> {
  const text = `select ${entryColumns} from schema_version where dataset = $1 order by version`
  return (await db.query<VersionEntry>(text, [dataset])).rows
}

/** The versions that stand and come after `after`, oldest first, without their texts. */
export async function listStanding(
  db: Queryable,
  dataset: string,
  after: number | undefined,
  limit: number,
): Promise<VersionEntry[]> {
  const text = `select ${entryColumns} from schema_version
    where dataset = $1 and deleted_at is null and version > $2::bigint order by version limit $3`
  return (await db.query<VersionEntry>(text, [dataset, after ?? 0, limit])).rows
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

/** Of the versions that a schema has had, the one that stands, else the newest. */
const standingFirst = 'order by deleted_at is null desc, version desc limit 1'

/** Every version that the schema of an id has had, deleted ones included, oldest first. */
export async function listVersionsOfId(
  db: Queryable,
  id: number,
): Promise<Pick<RegisteredSchema, 'dataset' | 'version' | 'deletedAt'>[]> {
  const { rows } = await db.query<Pick<RegisteredSchema, 'dataset' | 'version' | 'deletedAt'>>(
    'select dataset, version, deleted_at as "deletedAt" from schema_version where id = $1 order by version',
    [id],
  )
  return rows
}

export async function readById(db: Queryable, id: number): Promise<RegisteredSchema | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from schema_version where id = $1 ${standingFirst}`, [id])
  return rows[0] && read(rows[0])
}

/** @param guid a UUID as text */
export async function readByGuid(db: Queryable, guid: string): Promise<RegisteredSchema | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from schema_version where guid = $1 ${standingFirst}`, [guid])
  return rows[0] && read(rows[0])
}

const given = 'dataset, version, schema, fingerprint, schema_references, registered_by, registered_at'
const values = '$1, version, $2, $3, $4, $5, $6'

/**
 * Numbers go on behind those that were deleted for good. A schema that was registered before keeps its id, which means
 * another version from now on; else the column gives one, so that no right on its sequence is needed.
 */
const insertText = `
with used as (
  select version from schema_version where dataset = $1
  union all
  select version from erased_schema_version where dataset = $1
),
next as (select coalesce(max(version), 0) + 1 as version from used),
known as (select max(id) as id from schema_version where dataset = $1 and fingerprint = $3),
again as (
  insert into schema_version (id, ${given}) overriding system value
  select id, ${values} from known, next where id is not null returning id, guid, version
),
fresh as (
  insert into schema_version (${given})
  select ${values} from known, next where id is null returning id, guid, version
)
select id, guid, version, pg_notify($7, $1)::text as told from again
union all
select id, guid, version, null from fresh`

type NewVersion = Pick<RegisteredSchema, 'dataset' | 'schema' | 'fingerprint' | 'references' | 'registeredBy'>

export async function insertVersion(
  tx: Transaction,
  { now: registeredAt, ...version }: NewVersion & { now: Date },
): Promise<RegisteredSchema> {
  const { dataset, schema, fingerprint, references, registeredBy } = version
  const row = [dataset, JSON.stringify(schema), fingerprint, JSON.stringify(references), registeredBy, registeredAt]
  const insert = { name: 'insert-schema-version', text: insertText, values: [...row, schemaChannel] }
  const { rows } = await tx.query<Pick<RegisteredSchema, 'id' | 'guid' | 'version'>>(insert)
  const { id, guid, version: number } = rows[0]!
  return { id, guid, version: number, ...version, registeredAt, refusedFrom: null, deletedAt: null }
}

export const tellOthers = (tx: Transaction, dataset: string) =>
  tx.query('select pg_notify($1, $2)', [schemaChannel, dataset])

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
export async function setRefusedFrom(
  tx: Transaction,
  { dataset, version }: Pick<RegisteredSchema, 'dataset' | 'version'>,
  refusedFrom: Date | null,
): Promise<void> {
  await tx.query('update schema_version set refused_from = $3 where dataset = $1 and version = $2', [
    dataset,
    version,
    refusedFrom,
  ])
  await tellOthers(tx, dataset)
}
