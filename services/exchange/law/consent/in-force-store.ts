/** Consents as decisions read, lock and spend them: for a whole batch of asks in one statement each. */
import type { Subject } from '../../../contract/subject.ts'
import { cutOffSoon, type Transaction } from '../../../postgres/transaction.ts'
import type { ConsentInForce } from './consent.ts'
import { type ConsentColumns, fromColumns } from './consent-row.ts'

export type Relation = { subject: Subject; department: string; purpose: string }

type ConsentRow = Omit<
  ConsentInForce,
  'subject' | 'uses' | 'frequency' | 'periodStart' | 'lapsesAt' | 'dataRange' | 'dataLife'
> &
  ConsentColumns & { dataRange: ConsentInForce['dataRange'] | null; dataLife: string | null; cut_off?: string }

const columns = `c.id, c.subject_type, c.subject_id, c.department, c.purpose, c.state, c.valid_from as "validFrom",
  c.valid_until as "validUntil", c.datasets, c.artefact -> 'dataRange' as "dataRange", c.artefact ->> 'dataLife' as "dataLife",
  c.uses, c.used, c.frequency_uses, c.frequency_per, c.period_start, c.period_used as "periodUsed", c.lapses_at`

export async function loadConsents(tx: Transaction, relations: Relation[]): Promise<ConsentInForce[]> {
  const { rows } = await tx.query<ConsentRow>({
    name: 'decision-consents',
    text: `select ${columns}
           from unnest($1::text[], $2::text[], $3::text[], $4::text[]) as asked (type, id, department, purpose)
           join consent c on c.subject_id = asked.id and c.department = asked.department
             and c.purpose = asked.purpose and c.subject_type = asked.type`,
    values: [
      relations.map(({ subject }) => subject.type),
      relations.map(({ subject }) => subject.id),
      relations.map(({ department }) => department),
      relations.map(({ purpose }) => purpose),
    ],
  })
  return rows.map(consentOf)
}

/** As they stand once nobody else can spend a use of them. Always in the order of their ids, so that no two pulls deadlock. */
export async function lockConsents(tx: Transaction, ids: string[]): Promise<ConsentInForce[]> {
  const { rows } = await tx.query<ConsentRow>({
    name: 'decision-lock-consents',
    text: `select ${columns}, ${cutOffSoon} from consent c where c.id = any($1) order by c.id for no key update`,
    values: [ids],
  })
  return rows.map(consentOf)
}

function consentOf({ dataRange, dataLife, cut_off: _, ...row }: ConsentRow): ConsentInForce {
  return { ...fromColumns(row), ...(dataRange && { dataRange }), ...(dataLife && { dataLife }) }
}

/** Writes back how often locked consents have been used. */
export async function storeUses(tx: Transaction, consents: ConsentInForce[], now: Date): Promise<void> {
  await tx.query({
    name: 'decision-store-uses',
    text: `update consent c set used = spent.used, period_start = spent.period_start,
             period_used = spent.period_used, last_used_at = $5
           from unnest($1::text[], $2::integer[], $3::timestamptz[], $4::integer[])
             as spent (id, used, period_start, period_used)
           where c.id = spent.id`,
    values: [
      consents.map(consent => consent.id),
      consents.map(consent => consent.used),
      consents.map(consent => consent.periodStart ?? null),
      consents.map(consent => consent.periodUsed),
      now,
    ],
  })
}
