import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { SequenceReset } from './sequence-reset.ts'

const columns = `id, dataset, key, reason, state, asked_at as "askedAt", asked_by as "askedBy",
  answered_at as "answeredAt", answered_by as "answeredBy"`

type Asked = Pick<SequenceReset, 'id' | 'dataset' | 'key' | 'reason' | 'askedAt' | 'askedBy'>

/** The one that waits for an answer where there is one: locked by the same statement, so that none is answered in between. */
export async function insertReset(tx: Transaction, asked: Asked): Promise<SequenceReset> {
  const { id, dataset, key, reason, askedAt, askedBy } = asked
  const text = `insert into sequence_reset (id, dataset, key, reason, state, asked_at, asked_by)
    values ($1, $2, $3, $4, 'asked', $5, $6)
    on conflict (dataset, coalesce(key, '')) where state = 'asked' do update set state = sequence_reset.state
    returning ${columns}`
  return (await tx.query<SequenceReset>(text, [id, dataset, key, reason, askedAt, askedBy])).rows[0]!
}

export async function lockReset(tx: Transaction, dataset: string, id: string): Promise<SequenceReset | undefined> {
  const text = `select ${columns} from sequence_reset where dataset = $1 and id = $2 for no key update`
  return (await tx.query<SequenceReset>(text, [dataset, id])).rows[0]
}

/** By the database's clock, which stamps records too: those stored before it yield. */
export async function answerReset(
  tx: Transaction,
  { id, state, answeredBy }: { id: string; state: SequenceReset['state']; answeredBy: string },
): Promise<SequenceReset> {
  const text = `update sequence_reset set state = $2, answered_by = $3, answered_at = clock_timestamp()
                where id = $1 returning ${columns}`
  return (await tx.query<SequenceReset>(text, [id, state, answeredBy])).rows[0]!
}

/** Newest first, at most `limit`. */
export async function listResets(db: Queryable, dataset: string, limit: number): Promise<SequenceReset[]> {
  const text = `select ${columns} from sequence_reset where dataset = $1 order by id desc limit $2`
  return (await db.query<SequenceReset>(text, [dataset, limit])).rows
}
