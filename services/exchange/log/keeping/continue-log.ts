/**
 * Acts by which an operator lets the log go on where the hub by itself must not: each is an entry of the log, and says with its
 * reason what was given up. See docs/decisions/2026-11-30-the-log-s-time.md.
 */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type KeptHead, storeContinuation } from '../append/continuation-store.ts'
import { clockSkew } from '../append/entry-time.ts'
import { lockHead } from '../append/log-store.ts'
import type { LogNeeds } from '../append/needs.ts'

export type Accepted = { step: 'clock'; index: number; newest: string }
export type Restored = { step: 'restore'; index: number; givenUp: KeptHead }

/**
 * After a spell in which hub and database both ran ahead: entries may be earlier than the newest one again. Refused where
 * the newest entry is not in the future of the database's clock.
 */
export async function acceptClock(needs: LogNeeds, caller: Caller, reason: string): Promise<Accepted | Failure> {
  const { outcome } = await needs.accessLog.commitWith(
    async (tx, record): Promise<Accepted | Failure> => {
      const { at, clock, edge } = await lockHead(tx)
      const draft = { kind: 'continuation' as const, caller: caller.id }
      if (!at || !clock || at.getTime() - clock.getTime() <= clockSkew) {
        record({ ...draft, content: { step: 'clock', reason }, decision: 'refuse', code: 'STATE_CONFLICT' })
        return failure('STATE_CONFLICT', clockIsRight)
      }
      const newest = at.toISOString()
      await storeContinuation(tx, edge.size, { step: 'clock', givenUp: [] })
      record({ ...draft, content: { step: 'clock', newest, reason }, decision: 'permit' })
      return { step: 'clock', index: edge.size, newest }
    },
    { anewFrom: 'clock' },
  )
  return outcome
}

const clockIsRight = inWords(
  'The newest log entry is not in the future of the database’s clock. If the hub says that its clock is behind, set the hub’s clock.',
  '最新日志条目并不晚于数据库时钟。如平台提示其时钟落后，请校正平台所在主机的时钟。',
)

/**
 * After a restore from an older backup: the log goes on from what the database holds, and the entry names the range that was
 * lost. Refused where the database holds all that was kept.
 */
export async function acceptRestore(needs: LogNeeds, caller: Caller, reason: string): Promise<Restored | Failure> {
  const { outcome } = await needs.accessLog.commitWith(
    async (tx, record): Promise<Restored | Failure> => {
      const { edge } = await lockHead(tx)
      const lost = await needs.accessLog.lost(tx)
      const draft = { kind: 'continuation' as const, caller: caller.id }
      if (!lost) {
        record({ ...draft, content: { step: 'restore', reason }, decision: 'refuse', code: 'STATE_CONFLICT' })
        return failure('STATE_CONFLICT', nothingLost)
      }
      await storeContinuation(tx, edge.size, { step: 'restore', givenUp: [lost] })
      record({ ...draft, content: { step: 'restore', from: edge.size, givenUp: lost, reason }, decision: 'permit' })
      return { step: 'restore', index: edge.size, givenUp: lost }
    },
    { anewFrom: 'restore' },
  )
  return outcome
}

const nothingLost = inWords(
  'The database holds the log as it was signed: there is nothing to accept.',
  '数据库中的日志与此前签署的一致，无需确认。',
)
