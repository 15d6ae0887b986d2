/** Housekeeping removes what nobody needs any more: answers kept for retries, yesterday's counts, the oldest log entries. */
import { cityDayOf } from '../contract/city-time.ts'
import { forgetClaims } from './law/decision/claim-store.ts'
import { forgetLearnt } from './law/decision/learnt-store.ts'
import { learntSince } from './law/decision/open-learnt-ledger.ts'
import { packLog } from './log/append/pack-log.ts'
import { prune } from './log/keeping/prune-log.ts'
import type { Parts } from './parts.ts'
import { forgetAnswers } from './platform/http/idempotency-store.ts'

const hour = 3_600_000
const answersKept = 7 * 24 * hour

export type Housekeeping = { stop(): Promise<void> }

/**
 * Once at the start and every hour, in any number of processes: doing it twice does no harm. `logRetentionDays` 0 keeps the
 * access log whole.
 */
export function startHousekeeping(
  hub: Pick<Parts, 'pool' | 'log' | 'now' | 'accessLog'>,
  logRetentionDays: number,
): Housekeeping {
  const keep = async () => {
    await keepHouse(hub)
    await packLog(hub.pool)
    if (logRetentionDays > 0) await prune(hub, logRetentionDays)
  }
  const run = () => keep().catch(error => hub.log.warn({ err: error }, 'housekeeping failed; retrying'))
  let running = run()
  const timer = setInterval(() => {
    running = run()
  }, hour)
  timer.unref()
  return {
    stop: async () => {
      clearInterval(timer)
      await running
    },
  }
}

export async function keepHouse({ pool, now }: Pick<Parts, 'pool' | 'now'>): Promise<void> {
  await forgetAnswers(pool, new Date(now().getTime() - answersKept))
  await forgetClaims(pool, cityDayOf(now()))
  await forgetLearnt(pool, learntSince(now()))
}
