/**
 * Decides a whole batch of asks inside the pulls' own transaction: two statements sent together, whatever the batch's size,
 * two more where consents with a limit are concerned, three more where claims are. READ COMMITTED is what makes a withdrawal win that was
 * confirmed before the pull started: each statement sees what was committed before it began.
 */
import type { AgreementInForce } from '../agreement/agreement.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { ConsentInForce } from '../consent/consent.ts'
import { type Transaction, together } from '../database/transaction.ts'
import { claimsPerSubjectAndDay, countClaimsOf } from './claim-limit.ts'
import { openLedger, relationIn, relationKey, type Spent } from './consent-ledger.ts'
import { decide } from './decide.ts'
import type { Ask, Decision } from './decision.ts'
import { loadAgreementsAndSnapshot, loadConsents, type Pair, type Snapshot } from './decision-store.ts'
import { openLearntLedger } from './learnt-ledger.ts'
import { refuseWith } from './refusal.ts'

/** Everything that stands between the asks' departments, subjects and datasets, as one snapshot has it. */
export type Standing = { agreements: AgreementInForce[]; consents: ConsentInForce[]; snapshot: Snapshot }

export type DecideOptions = {
  /** What `loadStanding` found for these asks or more; loaded here where absent. */
  standing?: Standing
  /** Carries what pulls have used from one round of asks to the next within one transaction: a pull uses a consent once. */
  spent?: Spent
  /** Brings what `datasetOf` reads from memory up to the version that the snapshot has, before anything is decided. */
  follow?: (catalogueVersion: number) => Promise<void> | undefined
  claimLimit?: number
  /** Says of a pull's decisions, by dataset, which are really used; all where absent. Nothing is spent on the others. */
  used?: (pull: string, decided: ReadonlyMap<string, Decision>) => readonly string[]
}

/** One decision per ask, in order. Uses of limited consents are spent here, so the caller must commit or lose all. */
export async function decideAll(
  tx: Transaction,
  asks: readonly Ask[],
  datasetOf: (id: string) => Dataset | undefined,
  now: Date,
  { standing, spent = new Map(), claimLimit = claimsPerSubjectAndDay, used, follow }: DecideOptions = {},
): Promise<Decision[]> {
  const { agreements: loaded, consents, snapshot } = standing ?? (await together(tx, () => loadStanding(tx, asks)))
  await follow?.(snapshot.catalogueVersion)
  const agreements = agreementsOf(loaded)
  const claimsTooMuch = await countClaimsOf(tx, asks, now, claimLimit)
  const learnt = await openLearntLedger(tx, asks, now)
  const restOnConsent = asks.filter(ask => agreements(ask).some(({ terms }) => terms.basis.type === 'consent'))
  const ledger = await openLedger(tx, consents, restOnConsent, now, spent)
  const decideOne = (ask: Ask): Decision => {
    const dataset = datasetOf(ask.dataset)
    if (!dataset) return refuseWith('DATASET_UNKNOWN')
    const decision = decide(ask, dataset, agreements(ask), ledger.of(ask), now)
    if (decision.decision === 'refuse') return decision
    if (claimsTooMuch(ask)) return refuseWith('CLAIMS_TOO_MANY')
    // Its own data a department may read anyway.
    const teaches = decision.claims.length > 0 && decision.basis.type !== 'own-data'
    return teaches && !learnt.take(ask, decision) ? refuseWith('CLAIMS_LEARNT_TOO_MUCH') : decision
  }
  const decisions = new Array<Decision>(asks.length)
  for (const indexes of pullsOf(asks)) {
    for (const index of indexes) decisions[index] = decideOne(asks[index]!)
    const spending = used ? keptOf(asks, decisions, indexes, used) : indexes
    ledger.spend(asks[indexes[0]!]!.pull, consentsIn(spending.map(index => decisions[index]!)))
  }
  await ledger.store(tx)
  await learnt.store(tx)
  return decisions
}

/** Which asks of one pull are really used. */
function keptOf(
  asks: readonly Ask[],
  decisions: readonly Decision[],
  indexes: readonly number[],
  used: NonNullable<DecideOptions['used']>,
): readonly number[] {
  const { pull } = asks[indexes[0]!]!
  if (pull === undefined) return indexes
  const kept = used(pull, new Map(indexes.map(index => [asks[index]!.dataset, decisions[index]!])))
  return indexes.filter(index => kept.includes(asks[index]!.dataset))
}

/** The asks of each pull, by index; pulls in the order in which they came. */
function pullsOf(asks: readonly Ask[]): Iterable<number[]> {
  return Map.groupBy(asks.keys(), index => asks[index]!.pull ?? index).values()
}

/** In two statements, whatever the number of asks. Consents are few, so nobody waits to hear whether one will be needed. */
export async function loadStanding(tx: Transaction, asks: readonly Ask[]): Promise<Standing> {
  const pairs = asks.map(({ caller: { department }, dataset }) => ({ department, dataset }))
  const [loaded, consents] = await Promise.all([
    loadAgreementsAndSnapshot(tx, distinct(pairs, pairKey)),
    loadConsents(tx, distinct(asks.map(relationIn), relationKey)),
  ])
  return { ...loaded, consents }
}

const distinct = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map(item => [keyOf(item), item])).values(),
]

const pairKey = ({ department, dataset }: Pair) => `${department} ${dataset}`

function agreementsOf(loaded: AgreementInForce[]): (ask: Ask) => AgreementInForce[] {
  const byPair = Map.groupBy(loaded, pairKey)
  return ({ caller: { department }, dataset }) => byPair.get(pairKey({ department, dataset })) ?? []
}

function consentsIn(decisions: Decision[]): Set<string> {
  const bases = decisions.flatMap(decision => (decision.decision === 'permit' ? decision.bases : []))
  return new Set(bases.flatMap(basis => (basis.type === 'consent' ? [basis.consent] : [])))
}
