/** Bits that departments have learnt by claims, as they stand while a batch is decided: locked, so that none learns twice at once. */

import { cityDayOf, dayLength } from '../../../contract/city-time.ts'
import { subjectKey } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Ask, Permit } from './decision.ts'
import { type Learnt, learn, learntDays } from './learnt.ts'
import { type Learner, type LearntRow, lockLearnt, storeLearnt } from './learnt-store.ts'

type LearntLedger = {
  /** Whether the claims that this permit lets the ask make may be answered; then they are learnt. */
  take(ask: Ask, permit: Pick<Permit, 'claims' | 'dataRange'>): boolean
  store(tx: Transaction): Promise<void>
}

/** The first day of the city that counts today. */
export const learntSince = (now: Date): string => cityDayOf(new Date(now.getTime() - (learntDays - 1) * dayLength))

/** Locks what the departments of the asks with claims know about their subjects, always in the same order. */
export async function openLearntLedger(tx: Transaction, asks: readonly Ask[], now: Date): Promise<LearntLedger> {
  const claiming = asks.filter(({ claims }) => claims?.length)
  const byKey = new Map(claiming.map(ask => [keyOf(ask), learnerOf(ask)]))
  const keys = [...byKey.keys()].sort()
  const days = { day: cityDayOf(now), since: learntSince(now) }
  const learners = keys.map(key => byKey.get(key)!)
  const locked = learners.length > 0 ? await lockLearnt(tx, learners, days.day) : []
  const known = new Map<string, readonly Learnt[]>(keys.map((key, n) => [key, locked[n]!]))
  const changed = new Map<string, LearntRow>()
  return {
    take(ask, { claims, dataRange }) {
      const key = keyOf(ask)
      const before = known.get(key)!
      const { dataset, page } = ask
      const heldAgainst = { ...(page !== undefined && { page }), ...(dataRange && { dataRange }) }
      const asked = claims.map(claim => ({ dataset, claim, ...heldAgainst }))
      const learnt = learn(before, asked, days)
      if (learnt) known.set(key, learnt)
      const refusedOn = learnt ? changed.get(key)?.refusedOn : days.day
      changed.set(key, { ...byKey.get(key)!, learnt: learnt ?? before, refusedOn })
      return learnt !== undefined
    },
    async store(tx) {
      if (changed.size > 0) await storeLearnt(tx, [...changed.values()])
    },
  }
}

const learnerOf = ({ caller: { department }, subject }: Ask): Learner => ({ department, subject })

const keyOf = ({ caller: { department }, subject }: Ask) => `${subjectKey(subject)} ${department}`
