/** The consents of a batch as they stand while it is being decided: each pull sees what the pulls before it have spent. */
import { subjectKey } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type ConsentInForce, isLimited, usedOnce } from '../consent/consent.ts'
import { lockConsents, type Relation, storeUses } from '../consent/in-force-store.ts'
import type { Ask } from './decision.ts'

/** By pull: the limited consents it has already spent a use of, as they stood before. */
export type Spent = Map<string, Map<string, ConsentInForce>>

type ConsentLedger = {
  /** Consents that concern the ask, as its pull may see them: what it has spent itself does not stand in its own way. */
  of(ask: Ask): ConsentInForce[]
  /** One use of each for the pull that the asks belong to; unlimited ones cost nothing. */
  spend(pull: string, ids: Iterable<string>): void
  store(tx: Transaction): Promise<void>
}

/** Of the loaded consents those that speak of the asks; only the limited are locked, so that nobody waits for the others. */
export async function openConsentLedger(
  tx: Transaction,
  { consents, asks, spent }: { consents: readonly ConsentInForce[]; asks: readonly Ask[]; spent: Spent },
  now: Date,
): Promise<ConsentLedger> {
  const relations = new Set(asks.map(ask => relationKey(relationIn(ask))))
  const loaded = consents.filter(consent => relations.has(relationKey(consent)))
  const limited = loaded.filter(isLimited).map(({ id }) => id)
  const locked = limited.length > 0 ? await lockConsents(tx, limited) : []
  const standing = new Map([...loaded, ...locked].map(consent => [consent.id, consent]))
  const idsOf = Map.groupBy(standing.keys(), id => relationKey(standing.get(id)!))
  const changed = new Set<string>()
  return {
    of(ask) {
      const before = spent.get(ask.pull)
      return (idsOf.get(relationKey(relationIn(ask))) ?? []).map(id => before?.get(id) ?? standing.get(id)!)
    },
    spend(pull, ids) {
      for (const id of ids) {
        const consent = standing.get(id)!
        if (!isLimited(consent) || spent.get(pull)?.has(id)) continue
        spent.set(pull, (spent.get(pull) ?? new Map()).set(id, consent))
        standing.set(id, usedOnce(consent, now))
        changed.add(id)
      }
    },
    store: async tx => {
      if (changed.size > 0)
        await storeUses(
          tx,
          [...changed].map(id => standing.get(id)!),
          now,
        )
    },
  }
}

export const relationIn = ({ caller, subject, purpose }: Ask): Relation => ({
  department: caller.department,
  subject,
  purpose,
})

export const relationKey = ({ department, subject, purpose }: Relation) =>
  `${department} ${subjectKey(subject)} ${purpose}`
