/** The versions of a dataset that are not deleted, by fingerprint: what a new one is compared with. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { RegisteredSchema } from './schema-version.ts'

export type StandingVersion = Pick<RegisteredSchema, 'version' | 'fingerprint'>

/** All of them, oldest first. */
export async function readStanding(db: Queryable, dataset: string): Promise<StandingVersion[]> {
  const { rows } = await db.query<StandingVersion>(
    'select version, fingerprint from schema_version where dataset = $1 and deleted_at is null order by version',
    [dataset],
  )
  return rows
}

/** Materialized, so that a planner without statistics has no other index to take for the fingerprint. */
const newestAndSame = `
with same as materialized (
  select version, fingerprint, deleted_at from schema_version where dataset = $1 and fingerprint = $2
)
select version, fingerprint from same where deleted_at is null
union
(select version, fingerprint from schema_version where dataset = $1 and deleted_at is null order by version desc limit 1)
order by version`

/** Of the versions that are not deleted, the newest and those with the fingerprint, oldest first: few, however many stand. */
export async function readNewestAndSame(
  db: Queryable,
  dataset: string,
  fingerprint: string,
): Promise<StandingVersion[]> {
  const values = [dataset, fingerprint]
  return (await db.query<StandingVersion>({ name: 'newest-and-same-schema', text: newestAndSame, values })).rows
}

/** Some versions with their schemas as texts, oldest first. */
export async function readTexts(
  db: Queryable,
  dataset: string,
  versions: number[],
): Promise<(StandingVersion & { schema: string })[]> {
  const { rows } = await db.query<StandingVersion & { schema: string }>(
    'select version, fingerprint, schema from schema_version where dataset = $1 and version = any ($2) order by version',
    [dataset, versions],
  )
  return rows
}
