/** The registry's answers to the room of schemas, which lies below it: exchange.ts hands these over. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { HeldRecords, Publisher } from '../schemas/needs.ts'

export const heldRecords: HeldRecords = { count, readBodies, readPublishers, versionsInUse }

async function count(db: Queryable, dataset: string, most: number): Promise<number> {
  const { rows } = await db.query<{ count: number }>(
    'select count(*) from (select from record where dataset = $1 limit $2) as counted',
    [dataset, most],
  )
  return rows[0]!.count
}

async function readBodies(db: Queryable, dataset: string, most: number): Promise<string[]> {
  const { rows } = await db.query<{ body: string }>(
    `(select key, body::text from record where dataset = $1 order by key limit $2)
     union
     (select key, body::text from record where dataset = $1 order by key desc limit $2)`,
    [dataset, Math.ceil(most / 2)],
  )
  return rows.map(({ body }) => body)
}

async function readPublishers(db: Queryable, dataset: string): Promise<Publisher[]> {
  const { rows } = await db.query<Publisher>(
    `select system, schema_version as version, count(*) as records, max(event_time) as latest
     from record where dataset = $1 group by system, schema_version order by system, schema_version`,
    [dataset],
  )
  return rows
}

async function versionsInUse(db: Queryable, dataset: string, versions: number[]): Promise<number[]> {
  const { rows } = await db.query<{ version: number }>(
    `select version from unnest($2::integer[]) as version
     where exists (select from record where dataset = $1 and schema_version = version)
        or exists (select from record_history where dataset = $1 and schema_version = version)`,
    [dataset, versions],
  )
  return rows.map(({ version }) => version)
}
