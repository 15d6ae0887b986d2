import type { Right } from '../../../contract/role.ts'
import type { Queryable } from '../../../postgres/pool.ts'

type Both = { zh: string; en: string }
type Publication = { dataset: string; records: number; eventTime: Date; takenAt: Date }
export type KnownSystem = {
  id: string
  department: string
  title: Both
  active: boolean
  roles: readonly string[]
  rights: readonly Right[]
  dpopRequired: boolean
  keys: { kid: string; crv: string }[]
  changedAt: Date
  published: Publication[]
}

type Row = Omit<KnownSystem, 'published'>

const systems = `
select system.id, system.department, system.title, system.active, system.roles, system.rights,
  system.dpop_required as "dpopRequired", system.jwks -> 'keys' as keys,
  system.updated_at as "changedAt"
from department_system system
where $1::text is null or system.id > $1
order by system.id limit $2`

const publications = `
select system, dataset, sum(records)::bigint as records, max(event_time) as "eventTime", max(taken_at) as "takenAt"
from publication where system = any($1) group by system, dataset order by system, dataset`

/** Systems in the order of their ids, with what the hub has seen of each. */
export async function listKnownSystems(
  db: Queryable,
  after: string | undefined,
  limit: number,
): Promise<KnownSystem[]> {
  const { rows } = await db.query<Row>(systems, [after ?? null, limit])
  const ids = rows.map(({ id }) => id)
  const published = (await db.query<Publication & { system: string }>(publications, [ids])).rows
  return rows.map(known => ({
    ...known,
    keys: known.keys.map(({ kid, crv }) => ({ kid, crv })),
    published: published.filter(({ system }) => system === known.id).map(({ system: _, ...one }) => one),
  }))
}
