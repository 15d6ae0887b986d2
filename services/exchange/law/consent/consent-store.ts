import { type Subject, subjectKey } from '../../../contract/subject.ts'
import { lockName } from '../../../postgres/lock-name.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Consent } from './consent.ts'
import { type ConsentColumns, fromColumns } from './consent-row.ts'

type Row = Omit<Consent, 'subject' | 'uses' | 'frequency' | 'periodStart' | 'lapsesAt' | 'lastUsedAt'> &
  ConsentColumns & { last_used_at: Date | null }

const columns = `id, subject_type, subject_id, department, purpose, state, valid_from as "validFrom",
  valid_until as "validUntil", datasets, artefact, uses, used, frequency_uses, frequency_per, period_start,
  period_used as "periodUsed", last_used_at, lapses_at, version, history, created_at as "createdAt",
  updated_at as "updatedAt"`

function consentOf(row: Row): Consent {
  const { last_used_at, ...rest } = row
  return { ...fromColumns(rest), ...(last_used_at && { lastUsedAt: last_used_at }) }
}

export async function insertConsent(tx: Transaction, consent: Consent): Promise<void> {
  const { id, subject, department, purpose, validFrom, frequency, createdAt } = consent
  await tx.query(
    `insert into consent (id, subject_type, subject_id, department, purpose, valid_from, frequency_uses, frequency_per,
       created_at, state, valid_until, datasets, artefact, uses, lapses_at, version, history, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)`,
    [
      id,
      subject.type,
      subject.id,
      department,
      purpose,
      validFrom,
      frequency?.uses ?? null,
      frequency?.per ?? null,
      createdAt,
      ...changingValues(consent),
    ],
  )
}

/** Leaves the counts of uses alone: those are the decision's. */
export async function updateConsent(tx: Transaction, consent: Consent): Promise<void> {
  await tx.query(
    `update consent set state = $2, valid_until = $3, datasets = $4, artefact = $5, uses = $6, lapses_at = $7,
       version = $8, history = $9, updated_at = $10 where id = $1`,
    [consent.id, ...changingValues(consent)],
  )
}

const changingValues = (consent: Consent) => [
  consent.state,
  consent.validUntil,
  consent.datasets,
  consent.artefact,
  consent.uses ?? null,
  consent.lapsesAt ?? null,
  consent.version,
  JSON.stringify(consent.history),
  consent.updatedAt,
]

/** A pull that wants to spend a use waits until this transaction ends, and then sees what it did. */
export async function lockConsent(tx: Transaction, id: string): Promise<Consent | undefined> {
  const { rows } = await tx.query<Row>(`select ${columns} from consent where id = $1 for no key update`, [id])
  return rows.map(consentOf)[0]
}

export async function readConsent(db: Queryable, id: string): Promise<Consent | undefined> {
  const { rows } = await db.query<Row>(`select ${columns} from consent where id = $1`, [id])
  return rows.map(consentOf)[0]
}

export type DepartmentFilter = { department: string; state?: Consent['state']; purpose?: string; before?: string }

/** `standingOf` in SQL, where `$6` is now: what is filtered after paging leaves pages short. A test holds the two together. */
const standing = `case when state not in ('active', 'paused', 'requested') then state when valid_until <= $6 then 'expired'
  when state = 'requested' then state when lapses_at <= $6 then 'lapsed' when used >= uses then 'used-up' else state end`

/** Newest first. `state` is that of now. */
export async function listConsentsOf(
  tx: Transaction,
  filter: DepartmentFilter,
  limit: number,
  now: Date,
): Promise<Consent[]> {
  const { department, state, purpose, before } = filter
  const { rows } = await tx.query<Row>(
    `select ${columns} from consent
     where department = $1 and ($2::text is null or ${standing} = $2) and ($3::text is null or purpose = $3)
       and ($4::text is null or id < $4)
     order by id desc limit $5`,
    [department, state ?? null, purpose ?? null, before ?? null, limit, now],
  )
  return rows.map(consentOf)
}

export async function listConsentsAbout(
  tx: Transaction,
  subjects: readonly Subject[],
  before: string | undefined,
  limit: number,
): Promise<Consent[]> {
  const { rows } = await tx.query<Row>(
    `select ${columns} from consent
     where (subject_type, subject_id) in (select * from unnest($1::text[], $2::text[]))
       and ($3::text is null or id < $3)
     order by id desc limit $4`,
    [subjects.map(({ type }) => type), subjects.map(({ id }) => id), before ?? null, limit],
  )
  return rows.map(consentOf)
}

/** Whether this department already waits for this subject's answer about one of these datasets for this purpose. */
export async function isAwaited(tx: Transaction, consent: Consent, now: Date): Promise<boolean> {
  const { subject, department, purpose, datasets } = consent
  await lockName(tx, `consent request ${subjectKey(subject)} ${department} ${purpose}`)
  const { rowCount } = await tx.query(
    `select from consent where subject_id = $1 and subject_type = $2 and department = $3 and purpose = $4
       and state = 'requested' and valid_until > $5 and datasets ?| $6 limit 1`,
    [subject.id, subject.type, department, purpose, now, Object.keys(datasets)],
  )
  return rowCount === 1
}
