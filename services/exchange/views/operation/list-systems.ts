/** The registered systems, each with what it published and what the log last saw of it. */
import type { Queryable } from '../../../postgres/pool.ts'
import { listAllSystems, type RegisteredSystem } from '../../law/catalogue/department-store.ts'
import { findLastCalls } from '../../log/index/find-last-calls.ts'
import { outcomeOf, readIndexed } from '../../log/index/indexed-entry.ts'
import { type Publication, readPublications } from '../../records/ingest/publication-store.ts'

/** `lastCall`: when it last called the hub for something that is logged, and whether that was granted. */
export type SeenSystem = RegisteredSystem & { published: Publication[]; lastCall?: { at: string; decision: string } }

/** At most `limit` systems whose ids come after `after`, in the order of their ids. */
export async function listSystems(db: Queryable, after: string | undefined, limit: number): Promise<SeenSystem[]> {
  const systems = await listAllSystems(db, after, limit)
  const ids = systems.map(({ id }) => id)
  const [publications, calls] = await Promise.all([readPublications(db, ids), findLastCalls(db, ids)])
  return systems.map(system => {
    const call = readIndexed(calls.get(system.id)?.entry ?? '')
    const published = publications.filter(one => one.system === system.id)
    return {
      ...system,
      published: published.map(({ system: _, ...one }) => one),
      ...(call && { lastCall: { at: call.at, decision: outcomeOf(call) } }),
    }
  })
}
