/**
 * Entries past their retention lose their content, and all proofs stay valid (c2sp.org/tlog-tiles, Pruning): whole bundles
 * from the beginning go, their leaf hashes stay as tiles, and an entry of the log says up to where. Order 809, Art 29 asks
 * for three years at least; a legal hold keeps everything from an index on.
 */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { decisionOn } from '../append/draft.ts'
import { readHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'
import { dropSteps } from '../index/index-store.ts'
import { tileWidth } from '../tree/tile-path.ts'
import {
  firstNotBefore,
  type Hold,
  liftHold,
  lockMinimumIndex,
  placeHold,
  pruneBundles,
  readHolds,
  readMinimumIndex,
  setMinimumIndex,
} from './retention-store.ts'

/** Order 809, Art 29: records of sharing are kept for three years at least. */
export const shortestRetentionDays = 1_096

/** Bundles that go in one transaction, under one entry. */
const atOnce = 256

/** Removes what was appended before `days` ago and is held by nobody, bundle by bundle. Resolves with the new minimum index. */
export async function prune(needs: Pick<LogNeeds, 'pool' | 'accessLog' | 'now'>, days: number): Promise<number> {
  if (days < shortestRetentionDays) throw new Error(`a retention of ${days} days is shorter than the law allows`)
  const before = new Date(needs.now().getTime() - days * 86_400_000).toISOString()
  for (;;) {
    const minimum = await readMinimumIndex(needs.pool)
    const next = await prunableIndex(needs.pool, minimum, before)
    if (next <= minimum) return minimum
    await needs.accessLog.commitWith(async (tx, record) => {
      if (!(await setMinimumIndex(tx, minimum, next))) return
      await pruneBundles(tx, minimum, next)
      await dropSteps(tx, next)
      record({
        kind: 'retention',
        caller: 'hub',
        content: { step: 'prune', minimumIndex: next, before },
        decision: 'permit',
      })
    })
  }
}

/**
 * Up to where bundles from `minimum` on may go: never past one with an entry that is younger, whatever the times after it
 * (a spell of a wrong clock must not take what came later along), nor past a hold, nor more than `atOnce` bundles.
 */
async function prunableIndex(database: LogNeeds['pool'], minimum: number, before: string): Promise<number> {
  const { edge } = await readHead(database)
  const end = Math.min(minimum + atOnce * tileWidth, edge.size)
  const young = await firstNotBefore(database, { from: minimum, to: end, before })
  const held = (await readHolds(database)).filter(({ liftedAt }) => liftedAt === null).map(({ fromIndex }) => fromIndex)
  return Math.floor(Math.min(young ?? end, end, ...held) / tileWidth) * tileWidth
}

export async function hold(needs: LogNeeds, caller: Caller, wanted: { id: string; fromIndex: number; reason: string }) {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record): Promise<Hold | Failure> => {
    const minimum = await lockMinimumIndex(tx)
    const refusal = wanted.fromIndex < minimum ? beyondHold(minimum) : undefined
    record(draftOf(caller, 'hold', wanted, refusal))
    return refusal ?? placeHold(tx, { ...wanted, placedBy: caller.id, placedAt: needs.now() })
  })
  return outcome
}

const beyondHold = (minimum: number) =>
  failure('LOG_POSITION_UNKNOWN', {
    pointer: '/fromIndex',
    ...inWords(`Entries below ${minimum} are gone already.`, `序号小于 ${minimum} 的条目已清除。`),
  })

export async function lift(needs: LogNeeds, caller: Caller, id: string) {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record): Promise<Hold | Failure> => {
    const lifted = await liftHold(tx, id, needs.now())
    const refusal = lifted ? undefined : failure('NOT_FOUND')
    record(draftOf(caller, 'lift', { id, ...(lifted && { fromIndex: lifted.fromIndex }) }, refusal))
    return lifted ?? refusal!
  })
  return outcome
}

function draftOf(
  caller: Caller,
  step: 'hold' | 'lift',
  { id, fromIndex, reason }: { id: string; fromIndex?: number; reason?: string },
  refusal: Failure | undefined,
) {
  const more = { ...(fromIndex !== undefined && { fromIndex }), ...(reason && { reason }) }
  return { kind: 'retention' as const, caller: caller.id, content: { step, hold: id, ...more }, ...decisionOn(refusal) }
}
