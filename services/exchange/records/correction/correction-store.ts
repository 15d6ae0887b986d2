import { type Subject, subjectKey } from '../../../contract/subject.ts'
import { lockName } from '../../../postgres/lock-name.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Correction, CorrectionReply } from './correction.ts'

type Row = {
  id: string
  subject_type: Subject['type']
  subject_id: string
  dataset: string
  record_key: string | null
  contested: number | null
  field: string | null
  text: string
  state: Correction['state']
  asked_at: Date
  mended_by: number | null
  answer: string | null
  answered_at: Date | null
}
const columns = `id, subject_type, subject_id, dataset, record_key, contested, field, text, state, asked_at, mended_by, answer,
  answered_at`

const correctionOf = ({ id, dataset, text, state, ...row }: Row): Correction => ({
  id,
  subject: { type: row.subject_type, id: row.subject_id },
  dataset,
  ...(row.record_key !== null && { key: row.record_key, version: row.contested! }),
  ...(row.field !== null && { field: row.field }),
  text,
  state,
  askedAt: row.asked_at,
  ...(row.mended_by !== null && { mendedBy: row.mended_by }),
  ...(row.answer && { answer: row.answer }),
  ...(row.answered_at && { answeredAt: row.answered_at }),
})

export async function insertCorrection(tx: Transaction, correction: Correction): Promise<void> {
  const { id, subject, dataset, key, version, field, text, askedAt } = correction
  await tx.query(
    `insert into correction (id, subject_type, subject_id, dataset, record_key, contested, field, text, state, asked_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, 'open', $9)`,
    [id, subject.type, subject.id, dataset, key, version, field, text, askedAt],
  )
}

/** Until the transaction ends nobody else adds one. */
export async function countOpen(tx: Transaction, subject: Subject): Promise<number> {
  await lockName(tx, `correction ${subjectKey(subject)}`)
  const { rows } = await tx.query<{ open: number }>(
    `select count(*) as open from correction where subject_type = $1 and subject_id = $2 and state = 'open'`,
    [subject.type, subject.id],
  )
  return rows[0]!.open
}

/** A subject's own, newest first, with ids below `before`. */
export async function listOfSubject(db: Queryable, subject: Subject, before: string | undefined, limit: number) {
  const { rows } = await db.query<Row>(
    `select ${columns} from correction
     where subject_type = $1 and subject_id = $2 and ($3::text is null or id < $3) order by id desc limit $4`,
    [subject.type, subject.id, before ?? null, limit],
  )
  return rows.map(correctionOf)
}

/** Those about a dataset, newest first, with ids below `before`. */
export async function listOfDataset(db: Queryable, dataset: string, before: string | undefined, limit: number) {
  const { rows } = await db.query<Row>(
    `select ${columns} from correction
     where dataset = $1 and ($2::text is null or id < $2) order by id desc limit $3`,
    [dataset, before ?? null, limit],
  )
  return rows.map(correctionOf)
}

export async function lockCorrection(tx: Transaction, dataset: string, id: string): Promise<Correction | undefined> {
  const { rows } = await tx.query<Row>(
    `select ${columns} from correction where dataset = $1 and id = $2 for no key update`,
    [dataset, id],
  )
  return rows[0] && correctionOf(rows[0])
}

export async function closeCorrection(
  tx: Transaction,
  id: string,
  { outcome, mendedBy, answer, by, now }: CorrectionReply & { by: string; now: Date },
): Promise<void> {
  await tx.query(
    `update correction set state = $2, mended_by = $3, answer = $4, answered_by = $5, answered_at = $6 where id = $1`,
    [id, outcome, mendedBy ?? null, answer, by, now],
  )
}
