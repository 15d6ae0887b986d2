/** Everything that stands between the asks' departments, subjects and datasets, as one snapshot has it. */

import type { Transaction } from '../../../postgres/transaction.ts'
import type { AgreementInForce } from '../agreement/agreement.ts'
import { loadAgreementsAndSnapshot, type Pair } from '../agreement/in-force-store.ts'
import type { ConsentInForce } from '../consent/consent.ts'
import { loadConsents } from '../consent/in-force-store.ts'
import type { Ask } from './decision.ts'
import { relationIn, relationKey } from './open-consent-ledger.ts'

export type Rights = {
  asks: readonly Ask[]
  agreements: readonly AgreementInForce[]
  consents: readonly ConsentInForce[]
  /** Nothing is decided by a catalogue in memory that is older. */
  catalogueVersion: number
  /** PostgreSQL's clock: the ends of agreements and consents are not for each process's clock to say. */
  clock: Date
}

/** Two statements, whatever the number of asks. Consents are few, so nobody waits to hear whether one will be needed. */
export async function readRights(tx: Transaction, asks: readonly Ask[]): Promise<Rights> {
  const pairs = asks.map(({ caller: { department }, dataset }) => ({ department, dataset }))
  const [{ agreements, snapshot }, consents] = await Promise.all([
    loadAgreementsAndSnapshot(tx, distinct(pairs, pairKey)),
    loadConsents(tx, distinct(asks.map(relationIn), relationKey)),
  ])
  return { asks, agreements, consents, ...snapshot }
}

export const pairKey = ({ department, dataset }: Pair) => `${department} ${dataset}`

const distinct = <T>(items: readonly T[], keyOf: (item: T) => string): T[] => [
  ...new Map(items.map(item => [keyOf(item), item])).values(),
]
