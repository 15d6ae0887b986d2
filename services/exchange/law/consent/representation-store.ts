import type { Subject } from '../../../contract/subject.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Representation } from './representation.ts'

type Row = Omit<Representation, 'subject' | 'representative' | 'validUntil' | 'endedAt'> & {
  subject_type: Subject['type']
  subject_id: string
  representative_id: string
  valid_until: Date | null
  ended_at: Date | null
}

const columns = `id, kind, subject_type, subject_id, representative_id, valid_from as "validFrom", valid_until, evidence,
  department, ended_at`

function representationOf(row: Row): Representation {
  const { subject_type, subject_id, representative_id, valid_until, ended_at, ...plain } = row
  return {
    ...plain,
    subject: { type: subject_type, id: subject_id },
    representative: { type: 'person', id: representative_id },
    ...(valid_until && { validUntil: valid_until }),
    ...(ended_at && { endedAt: ended_at }),
  }
}

export async function insertRepresentation(tx: Transaction, known: Representation, now: Date): Promise<void> {
  const { id, kind, subject, representative, validFrom, validUntil, evidence, department } = known
  await tx.query(
    `insert into representation (id, kind, subject_type, subject_id, representative_id, valid_from, valid_until,
       evidence, department, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
    [id, kind, subject.type, subject.id, representative.id, validFrom, validUntil ?? null, evidence, department, now],
  )
}

export async function lockRepresentation(tx: Transaction, id: string): Promise<Representation | undefined> {
  const text = `select ${columns} from representation where id = $1 for no key update`
  const { rows } = await tx.query<Row>(text, [id])
  return rows.map(representationOf)[0]
}

export async function endRepresentation(tx: Transaction, id: string, now: Date): Promise<void> {
  await tx.query('update representation set ended_at = $2 where id = $1', [id, now])
}

/** Who may, or might once, act for the subject. */
export async function listRepresentationsOf(db: Queryable, subject: Subject): Promise<Representation[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} from representation where subject_id = $1 and subject_type = $2 and ended_at is null order by id`,
    [subject.id, subject.type],
  )
  return rows.map(representationOf)
}

/** For whom this person may, or might once, act. */
export async function listRepresentedBy(db: Queryable, representative: Subject): Promise<Representation[]> {
  const { rows } = await db.query<Row>(
    `select ${columns} from representation where representative_id = $1 and ended_at is null order by id`,
    [representative.id],
  )
  return rows.map(representationOf)
}
