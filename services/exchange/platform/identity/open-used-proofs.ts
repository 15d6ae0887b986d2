/**
 * Which proofs of possession were used, on whichever replica (docs/decisions/2026-11-30-proofs-are-used-once.md). Those that come
 * while a statement is under way share the next one, so that a call more costs PostgreSQL a row and no round trip.
 */
import { hash } from 'node:crypto'
import { proofWindow } from '../../../contract/dpop-proof.ts'
import type { Logger } from '../../../contract/log.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import { forgetProofs, type UsedProof, useProofs } from './used-proof-store.ts'

export type UsedProofs = {
  /**
   * Whether this is the first use of a proof. `key` is the thumbprint of its key, `issued` its iat in seconds. 'full' where too
   * many wait for PostgreSQL already. Rejects where PostgreSQL does: then nobody may go on.
   */
  use(proof: { key: string; jti: string; issued: number }): Promise<boolean | 'full'>
  close(): void
}

const atOnce = 500
const mostWaiting = 10_000
/** Seconds after iat. Twice the window: the clocks of replicas and of PostgreSQL may differ. */
const kept = 2 * proofWindow

type UsedProofsNeeds = { pool: Queryable; now: () => Date; log: Logger }

type Waiting = UsedProof & { name: string; settle: (first: boolean) => void; fail: (error: unknown) => void }

/** Milliseconds. Proofs that are too old to be used again are forgotten by any replica. */
const sweepEvery = 30_000

export function openUsedProofs({ pool: db, now, log }: UsedProofsNeeds): UsedProofs {
  const sweep = () =>
    forgetProofs(db, now()).catch(error => log.warn({ err: error }, 'old proofs could not be deleted; retrying'))
  const timer = setInterval(() => void sweep(), sweepEvery)
  timer.unref()
  const waiting = new Map<string, Waiting>()
  let busy = false

  const work = async () => {
    busy = true
    while (waiting.size > 0) {
      const batch = [...waiting.values()].slice(0, atOnce).sort((one, other) => Buffer.compare(one.id, other.id))
      for (const { name } of batch) waiting.delete(name)
      await settle(db, batch)
    }
    busy = false
  }
  return {
    use: async ({ key, jti, issued }) => {
      const id = hash('sha256', `${key} ${jti}`, 'buffer')
      const name = id.toString('hex')
      if (waiting.has(name)) return false
      if (waiting.size >= mostWaiting) return 'full'
      const outcome = new Promise<boolean>((settled, fail) => {
        waiting.set(name, { id, name, expires: new Date((issued + kept) * 1000), settle: settled, fail })
      })
      if (!busy) void work()
      return outcome
    },
    close: () => clearInterval(timer),
  }
}

async function settle(db: Queryable, batch: Waiting[]): Promise<void> {
  try {
    const first = await useProofs(db, batch)
    for (const { name, settle: settled } of batch) settled(first.has(name))
  } catch (error) {
    for (const { fail } of batch) fail(error)
  }
}
