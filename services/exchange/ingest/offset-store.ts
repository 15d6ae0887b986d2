import type pg from 'pg'
import type { Place, Position } from '../../contract/kafka.ts'
import type { Queryable } from '../database/pool.ts'
import type { Transaction } from '../database/transaction.ts'

const selectOffset = 'select next_offset as next from ingest_offset where topic = $1 and partition = $2 for update'

/**
 * Locks the position of a partition until the transaction ends; a zombie consumer waits here and then finds it moved.
 * Undefined where nothing was read of the partition yet: see `newOffset`.
 */
export async function lockOffset(tx: Transaction, topic: string, partition: number): Promise<number | undefined> {
  const found = await tx.query<{ next: number }>({
    name: 'offset-lock',
    text: selectOffset,
    values: [topic, partition],
  })
  return found.rows[0]?.next
}

/** Makes the position of a new partition and locks it. It is not 0 where somebody else was faster. */
export async function newOffset(tx: Transaction, topic: string, partition: number): Promise<number> {
  const insert = 'insert into ingest_offset (topic, partition, next_offset) values ($1, $2, 0) on conflict do nothing'
  await tx.query({ name: 'offset-new', text: insert, values: [topic, partition] })
  return (await lockOffset(tx, topic, partition))!
}

export const moveOffset = ({ topic, partition }: Place, next: number): pg.QueryConfig => ({
  name: 'offset-move',
  text: 'update ingest_offset set next_offset = $3, moved_at = now() where topic = $1 and partition = $2',
  values: [topic, partition, next],
})

/** Where each place stands; 0 where nothing was read of it. */
export async function readOffsets(db: Queryable, places: Place[]): Promise<Position[]> {
  const text = `select asked.topic, asked.partition, coalesce(o.next_offset, 0) as offset
                from unnest($1::text[], $2::integer[]) as asked (topic, partition)
                left join ingest_offset o on o.topic = asked.topic and o.partition = asked.partition`
  const { rows } = await db.query<Position>(text, [
    places.map(({ topic }) => topic),
    places.map(({ partition }) => partition),
  ])
  return rows
}

/** Back to the beginning, unless it has moved from `stood` meanwhile. */
export async function rewindOffset(db: Queryable, { topic, partition }: Place, stood: number): Promise<void> {
  const text =
    'update ingest_offset set next_offset = 0, moved_at = now() where topic = $1 and partition = $2 and next_offset = $3'
  await db.query(text, [topic, partition, stood])
}
