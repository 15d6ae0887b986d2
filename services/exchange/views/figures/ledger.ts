/**
 * The ledger of papers nobody carried (免提交材料台账): proofs asked for, met by data, still on paper and why. An auditor
 * counts again from the log alone with services/auditor/ledger.ts, which shares no code with this. A fold over pulls; rules only.
 */
import type { LoggedPull, RequirementOutcome } from '../../log/reading/pull-entry.ts'
import { openTally } from '../../log/reading/tally.ts'
import type { Ledger } from './ledger-shapes.ts'
import { ledgerOf, type ProofCount } from './ledger-sums.ts'
import { asksForProofs, type MatterPull, proofKey } from './proof.ts'
import { openPullTimes } from './pull-times.ts'

export type LedgerFold = {
  /** In the order of the log: the newest pull of a proof counts. */
  take(pull: LoggedPull): void
  /** True: take all pulls once more; see tally.ts. */
  again(): boolean
  ledger(): Ledger
}

export function openLedger(tally = openTally()): LedgerFold {
  const times = openPullTimes()
  const kinds = openKinds()
  let isFirst = true
  return {
    take(pull) {
      if (!asksForProofs(pull)) return
      if (isFirst) times.take(pull)
      for (const requirement of pull.requirements) {
        tally.put(proofKey(pull, requirement.id), kinds.numberOf(pull, requirement))
      }
    },
    again() {
      isFirst = false
      return tally.again()
    },
    ledger: () => ledgerOf(times.rows(), kinds.counted(tally.count)),
  }
}

/** A number for each kind of proof. */
function openKinds() {
  const numbers = new Map<string, number>()
  const kinds: Omit<ProofCount, 'count'>[] = []
  return {
    numberOf({ day, department, matter, district }: MatterPull, { id, ...told }: RequirementOutcome): number {
      const { outcome, datasets, reason, code } = told
      const key = JSON.stringify([day, department, matter, district, id, outcome, reason, code, datasets])
      const known = numbers.get(key)
      if (known !== undefined) return known
      numbers.set(key, kinds.length)
      return kinds.push({ day, department, matter, district: district ?? null, requirement: id, ...told }) - 1
    },
    /** A proof that a condition made needless was not asked for. */
    counted: (countOf: (number: number) => number): ProofCount[] =>
      kinds
        .map((kind, number) => ({ ...kind, count: countOf(number) }))
        .filter(({ outcome, count }) => outcome !== 'not-needed' && count > 0),
  }
}
