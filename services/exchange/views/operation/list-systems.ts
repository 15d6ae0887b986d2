/** The registered systems, each with what the log last saw of it. */
import type { Queryable } from '../../../postgres/pool.ts'
import { findLastCalls } from '../../log/index/find-outermost.ts'
import { outcomeOf, readIndexed } from '../../log/index/indexed-entry.ts'
import { type KnownSystem, listKnownSystems } from './system-store.ts'

/** `lastCall`: when it last called the hub for something that is logged, and whether that was granted. */
export type SeenSystem = KnownSystem & { lastCall?: { at: string; decision: string } }

/** At most `limit` systems whose ids come after `after`, in the order of their ids. */
export async function listSystems(db: Queryable, after: string | undefined, limit: number): Promise<SeenSystem[]> {
  const systems = await listKnownSystems(db, after, limit)
  const calls = await findLastCalls(
    db,
    systems.map(({ id }) => id),
  )
  return systems.map(system => {
    const call = readIndexed(calls.get(system.id)?.entry ?? '')
    return { ...system, ...(call && { lastCall: { at: call.at, decision: outcomeOf(call) } }) }
  })
}
