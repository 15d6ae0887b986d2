/** Agreements as decisions read them: for a whole batch of asks in one statement. */
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { AgreementInForce } from './agreement.ts'

export type Pair = { department: string; dataset: string }

/** Read from the transaction's own snapshot beside the rows: the version of what is in memory, and PostgreSQL's clock. */
export type Snapshot = { catalogueVersion: number; clock: Date }

const inForce = `select a.id, a.dataset, a.department, a.purpose, a.state, a.valid_from as "validFrom",
    a.valid_until as "validUntil", a.terms
  from unnest($1::text[], $2::text[]) as asked (department, dataset)
  join agreement a on a.department = asked.department and a.dataset = asked.dataset
  where a.state not in ('draft', 'rejected')`

const pairValues = (pairs: readonly Pair[]) => [pairs.map(pair => pair.department), pairs.map(pair => pair.dataset)]

type SnapshotRow = { catalogueVersion: number; clock: number } & (AgreementInForce | { id: null })

/** The agreements, and what a decision must not be older than, in one statement: another would have a snapshot of its own. */
export async function loadAgreementsAndSnapshot(
  tx: Transaction,
  pairs: readonly Pair[],
): Promise<{ agreements: AgreementInForce[]; snapshot: Snapshot }> {
  const { rows } = await tx.query<SnapshotRow>({
    name: 'decision-agreements-and-snapshot',
    text: `select version.catalogue as "catalogueVersion",
             (extract(epoch from clock_timestamp()) * 1000)::float8 as clock, found.*
           from decision_version as version left join (${inForce}) as found on true`,
    values: pairValues(pairs),
  })
  const { catalogueVersion, clock } = rows[0]!
  return {
    agreements: rows.filter((row): row is SnapshotRow & AgreementInForce => row.id !== null),
    snapshot: { catalogueVersion, clock: new Date(clock) },
  }
}

/** All agreements ever asked for between these departments and datasets: those no longer in force give the reason. */
export async function loadAgreements(db: Queryable, pairs: readonly Pair[]): Promise<AgreementInForce[]> {
  const { rows } = await db.query<AgreementInForce>({
    name: 'decision-agreements',
    text: inForce,
    values: pairValues(pairs),
  })
  return rows
}
