/** So that 核验 does not become guessing: how many claims a department may have checked about one subject on one day. */

import { cityDayOf } from '../../../contract/city-time.ts'
import { subjectKey } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type ClaimTally, countClaims } from './claim-store.ts'
import type { Ask } from './decision.ts'

/** Enough for every claim of an honest case; far too few to find out a date of birth by trying. */
export const claimsPerSubjectAndDay = 50

/** Counts the claims of the asks to today's; the answer tells whether an ask comes from one who has claimed too much. */
export async function countClaimsOf(
  tx: Transaction,
  asks: readonly Ask[],
  now: Date,
  limit: number,
): Promise<(ask: Ask) => boolean> {
  const tallies = new Map<string, ClaimTally>()
  for (const { caller, subject, claims } of asks) {
    if (!claims?.length) continue
    const tally = { department: caller.department, subject, claims: claims.length }
    tally.claims += tallies.get(keyOf(tally))?.claims ?? 0
    tallies.set(keyOf(tally), tally)
  }
  if (tallies.size === 0) return () => false
  const counted = await countClaims(tx, cityDayOf(now), [...tallies.values()])
  const over = new Set(counted.filter(({ claims }) => claims > limit).map(keyOf))
  return ({ caller, subject, claims }) =>
    claims !== undefined && over.has(keyOf({ department: caller.department, subject }))
}

const keyOf = ({ department, subject }: Omit<ClaimTally, 'claims'>) => `${department} ${subjectKey(subject)}`
