import { lockName } from '../../../postgres/lock-name.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Agreement } from './agreement.ts'
import type { AgreementState } from './state.ts'

const columns = `id, dataset, source, department, purpose, state, valid_from as "validFrom", valid_until as "validUntil",
  terms, history, created_at as "createdAt", updated_at as "updatedAt"`

export async function insertAgreement(tx: Transaction, agreement: Agreement): Promise<void> {
  const { id, dataset, source, department, purpose, createdAt } = agreement
  await tx.query(
    `insert into agreement (id, dataset, source, department, purpose, created_at, state, valid_from, valid_until, terms,
       history, updated_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)`,
    [id, dataset, source, department, purpose, createdAt, ...changingValues(agreement)],
  )
}

export async function updateAgreement(tx: Transaction, agreement: Agreement): Promise<void> {
  await tx.query(
    `update agreement set purpose = $2, state = $3, valid_from = $4, valid_until = $5, terms = $6, history = $7,
       updated_at = $8 where id = $1`,
    [agreement.id, agreement.purpose, ...changingValues(agreement)],
  )
}

const changingValues = ({ state, validFrom, validUntil, terms, history, updatedAt }: Agreement) => [
  state,
  validFrom,
  validUntil,
  terms,
  JSON.stringify(history),
  updatedAt,
]

/** Nobody else takes a step on it until this transaction ends. */
export async function lockAgreement(tx: Transaction, id: string): Promise<Agreement | undefined> {
  const { rows } = await tx.query<Agreement>(`select ${columns} from agreement where id = $1 for no key update`, [id])
  return rows[0]
}

export async function readAgreement(db: Queryable, id: string): Promise<Agreement | undefined> {
  const { rows } = await db.query<Agreement>(`select ${columns} from agreement where id = $1`, [id])
  return rows[0]
}

/** All between the department and the dataset for the purpose; until the transaction ends nobody else adds one. */
export async function lockBetween(
  tx: Transaction,
  { department, dataset, purpose }: Pick<Agreement, 'department' | 'dataset' | 'purpose'>,
): Promise<Agreement[]> {
  await lockName(tx, `agreement ${department} ${dataset} ${purpose}`)
  const { rows } = await tx.query<Agreement>(
    `select ${columns} from agreement where department = $1 and dataset = $2 and purpose = $3`,
    [department, dataset, purpose],
  )
  return rows
}

export type Filter = {
  /** Only those in which this department is one of the two; all where absent. */
  party?: string
  dataset?: string
  department?: string
  source?: string
  /** As it stands now, see `standingOf`. */
  state?: AgreementState
  before?: string
}

/** `standingOf` in SQL, where `$8` is now: what is filtered after paging leaves pages short. A test holds the two together. */
const standing = `case when state in ('approved', 'active', 'suspended') and valid_until <= $8 then 'expired'
  when state = 'active' and valid_from > $8 then 'approved' else state end`

/** Newest first. */
export async function listAgreements(db: Queryable, filter: Filter, limit: number, now: Date): Promise<Agreement[]> {
  const { party, dataset, department, source, state, before } = filter
  const { rows } = await db.query<Agreement>(
    `select ${columns} from agreement
     where ($1::text is null or department = $1 or source = $1) and ($2::text is null or dataset = $2)
       and ($3::text is null or department = $3) and ($4::text is null or source = $4)
       and ($5::text is null or ${standing} = $5) and ($6::text is null or id < $6)
     order by id desc limit $7`,
    [party ?? null, dataset ?? null, department ?? null, source ?? null, state ?? null, before ?? null, limit, now],
  )
  return rows
}

/** Those in which somebody has something to do, oldest first. */
export async function listOpen(db: Queryable, party: string | undefined, limit: number): Promise<Agreement[]> {
  const { rows } = await db.query<Agreement>(
    `select ${columns} from agreement
     where state in ('submitted', 'supplement-asked', 'approved') and ($1::text is null or department = $1 or source = $1)
     order by id limit $2`,
    [party ?? null, limit],
  )
  return rows
}

/** The fields, by dataset, that the department uses for the purpose under standing agreements that rest on consent. */
export async function agreedOnConsent(
  tx: Queryable,
  department: string,
  purpose: string,
  now: Date,
): Promise<Map<string, Set<string>>> {
  const { rows } = await tx.query<{ dataset: string; fields: string[] }>(
    `select dataset, array_agg(distinct field ->> 'pointer') as fields
     from agreement cross join jsonb_array_elements(terms -> 'fields') as field where department = $1 and purpose = $2 and valid_until > $3
       and state in ('submitted', 'supplement-asked', 'approved', 'active', 'suspended')
       and terms -> 'basis' ->> 'type' = 'consent'
     group by dataset`,
    [department, purpose, now],
  )
  return new Map(rows.map(({ dataset, fields }) => [dataset, new Set(fields)]))
}
