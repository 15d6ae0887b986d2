/** The consents of a batch as they stand while it is being decided: each pull sees what the pulls before it have spent. */
import { type ConsentInForce, isLimited, usedOnce } from '../consent/consent.ts'
import type { Transaction } from '../database/transaction.ts'
import type { Ask } from './decision.ts'
import { loadConsents, lockConsents, type Relation, storeUses } from './decision-store.ts'

/** By pull: the limited consents it has already spent a use of, as they stood before. */
export type Spent = Map<string, Map<string, ConsentInForce>>

type ConsentLedger = {
  /** What speaks of the ask, as its pull may see it: what it has spent itself does not stand in its own way. */
  of(ask: Ask): ConsentInForce[]
  /** One use of each for the pull that the asks belong to; unlimited ones cost nothing. */
  spend(pull: string | undefined, ids: Iterable<string>): void
  store(tx: Transaction): Promise<void>
}

/** Loads what speaks of the asks; only consents with a limit are locked, so that nobody waits for the others. */
export async function openLedger(
  tx: Transaction,
  asks: readonly Ask[],
  now: Date,
  spent: Spent,
): Promise<ConsentLedger> {
  const relations = new Map(asks.map(ask => [keyOf(relationIn(ask)), relationIn(ask)]))
  const loaded = relations.size > 0 ? await loadConsents(tx, [...relations.values()]) : []
  const limited = loaded.filter(isLimited).map(({ id }) => id)
  const locked = limited.length > 0 ? await lockConsents(tx, limited) : []
  const standing = new Map([...loaded, ...locked].map(consent => [consent.id, consent]))
  const idsOf = Map.groupBy(standing.keys(), id => keyOf(standing.get(id)!))
  const changed = new Set<string>()
  return {
    of(ask) {
      const before = ask.pull === undefined ? undefined : spent.get(ask.pull)
      return (idsOf.get(keyOf(relationIn(ask))) ?? []).map(id => before?.get(id) ?? standing.get(id)!)
    },
    spend(pull, ids) {
      for (const id of ids) {
        const consent = standing.get(id)!
        if (!isLimited(consent) || (pull !== undefined && spent.get(pull)?.has(id))) continue
        if (pull !== undefined) spent.set(pull, (spent.get(pull) ?? new Map()).set(id, consent))
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

const relationIn = ({ caller, subject, purpose }: Ask): Relation => ({
  department: caller.department,
  subject,
  purpose,
})

const keyOf = ({ department, subject, purpose }: Relation) => `${department} ${subject.type} ${subject.id} ${purpose}`
