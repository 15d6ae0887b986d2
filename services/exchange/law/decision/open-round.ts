/**
 * Decides a round of asks inside the pulls' own transaction: two statements for their rights, whatever their number, two more
 * where consents with a limit are concerned, three more where claims are. READ COMMITTED is what makes a withdrawal win that
 * was confirmed before the pull started: each statement sees what was committed before it began.
 */

import type { Transaction } from '../../../postgres/transaction.ts'
import type { AgreementInForce } from '../agreement/agreement.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import { countClaimsOf } from './count-claims.ts'
import { decide } from './decide.ts'
import type { Ask, Decision } from './decision.ts'
import { openConsentLedger, type Spent } from './open-consent-ledger.ts'
import { openLearntLedger } from './open-learnt-ledger.ts'
import { pairKey, type Rights } from './read-rights.ts'
import { refuseWith } from './refusal.ts'

export type Round = {
  /** The decision on an ask of this round. Asks of earlier pulls have spent their uses by then. */
  decide(ask: Ask): Decision
  /** One use of each consent that these decisions rest on, for this pull. A decision that is not used spends nothing. */
  spend(pull: string, used: readonly Decision[]): void
  /** Writes what was spent and learnt, so the caller must commit or lose all. */
  store(): Promise<void>
}

export type RoundOptions = {
  rights: Rights
  datasetOf: (id: string) => Dataset | undefined
  now: Date
  /** Carries what pulls have used from one round to the next within one transaction: a pull uses a consent once. */
  spent: Spent
  /** Claims that a department may make about one subject a day. */
  claimLimit: number
}

/** Locks the limited consents that the asks of these rights may use, and what their departments have learnt by claims. */
export async function openRound(tx: Transaction, options: RoundOptions): Promise<Round> {
  const { rights, datasetOf, now, spent, claimLimit } = options
  const agreements = agreementsOf(rights.agreements)
  const claimsTooMuch = await countClaimsOf(tx, rights.asks, now, claimLimit)
  const learnt = await openLearntLedger(tx, rights.asks, now)
  const restOnConsent = rights.asks.filter(ask => agreements(ask).some(({ terms }) => terms.basis.type === 'consent'))
  const ledger = await openConsentLedger(tx, { consents: rights.consents, asks: restOnConsent, spent }, now)
  return {
    decide(ask) {
      const dataset = datasetOf(ask.dataset)
      if (!dataset) return refuseWith('DATASET_UNKNOWN')
      const decision = decide(ask, dataset, { agreements: agreements(ask), consents: ledger.of(ask) }, now)
      if (decision.decision === 'refuse') return decision
      if (claimsTooMuch(ask)) return refuseWith('CLAIMS_TOO_MANY')
      // Its own data a department may read anyway.
      const teaches = decision.claims.length > 0 && decision.basis.type !== 'own-data'
      return teaches && !learnt.take(ask, decision) ? refuseWith('CLAIMS_LEARNT_TOO_MUCH') : decision
    },
    spend: (pull, used) => ledger.spend(pull, consentsIn(used)),
    async store() {
      await ledger.store(tx)
      await learnt.store(tx)
    },
  }
}

function agreementsOf(loaded: readonly AgreementInForce[]): (ask: Ask) => AgreementInForce[] {
  const byPair = Map.groupBy(loaded, pairKey)
  return ({ caller: { department }, dataset }) => byPair.get(pairKey({ department, dataset })) ?? []
}

function consentsIn(decisions: readonly Decision[]): Set<string> {
  const bases = decisions.flatMap(decision => (decision.decision === 'permit' ? decision.bases : []))
  return new Set(bases.flatMap(basis => (basis.type === 'consent' ? [basis.consent] : [])))
}
