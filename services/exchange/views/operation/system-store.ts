import type { Right } from '../../../contract/role.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import { outcome } from '../../log/reading/search-store.ts'

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
  /** When it last called the hub for something that is logged, and whether that was granted. */
  lastCall: { at: Date; decision: string } | null
  published: Publication[]
}

type Row = Omit<KnownSystem, 'published' | 'lastCall'> & { called_at: Date | null; decision: string | null }

const systems = `
select system.id, system.department, system.title, system.active, system.roles, system.rights,
  system.dpop_required as "dpopRequired", system.jwks -> 'keys' as keys,
  system.updated_at as "changedAt", call.at as called_at, call.decision
from department_system system
left join lateral (
  select entry.at, ${outcome} as decision from access_log_entry entry where entry.caller = system.id
  order by entry.index desc limit 1
) call on true
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
  return rows.map(({ called_at, decision, ...known }) => ({
    ...known,
    keys: known.keys.map(({ kid, crv }) => ({ kid, crv })),
    lastCall: called_at && decision !== null ? { at: called_at, decision } : null,
    published: published.filter(({ system }) => system === known.id).map(({ system: _, ...one }) => one),
  }))
}
