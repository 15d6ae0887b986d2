import type pg from 'pg'
import type { Place } from '../../../kafka/kafka.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { GoingOn, Stood } from './position.ts'

/** A partition of the topic of this id: offsets of a topic that was made anew under the same name are others. */
export type TopicPlace = Place & { topicId: string | undefined }

const selectOffset = `select next_offset as next from ingest_offset
  where topic = $1 and partition = $2 and topic_id is not distinct from $3 for update`

/**
 * Locks the position of a partition until the transaction ends; a zombie consumer waits here and then finds it moved.
 * Undefined where nothing was read of the partition yet (see `newOffset`), or what was read is another topic's.
 */
export async function lockOffset(tx: Transaction, place: TopicPlace): Promise<number | undefined> {
  const found = await tx.query<{ next: number }>({
    name: 'offset-lock',
    text: selectOffset,
    values: [place.topic, place.partition, place.topicId ?? null],
  })
  return found.rows[0]?.next
}

/** Makes the position of a new partition and locks it. It is not 0 where somebody else was faster. */
export async function newOffset(tx: Transaction, place: TopicPlace): Promise<number | undefined> {
  const insert = `insert into ingest_offset (topic, partition, next_offset, topic_id) values ($1, $2, 0, $3)
    on conflict do nothing`
  await tx.query({ name: 'offset-new', text: insert, values: [place.topic, place.partition, place.topicId ?? null] })
  return lockOffset(tx, place)
}

export const moveOffset = ({ topic, partition }: Place, next: number): pg.QueryConfig => ({
  name: 'offset-move',
  text: 'update ingest_offset set next_offset = $3, moved_at = now() where topic = $1 and partition = $2',
  values: [topic, partition, next],
})

/** The position remembered for each place that was read, by `topic/partition`. */
export async function readStood(db: Queryable, places: readonly Place[]): Promise<Map<string, Stood>> {
  const text = `select o.topic, o.partition, o.next_offset as next, o.topic_id as "topicId", o.moved_at as "movedAt"
                from unnest($1::text[], $2::integer[]) as asked (topic, partition)
                join ingest_offset o on o.topic = asked.topic and o.partition = asked.partition`
  const { rows } = await db.query<Place & Omit<Stood, 'topicId'> & { topicId: string | null }>(text, [
    places.map(({ topic }) => topic),
    places.map(({ partition }) => partition),
  ])
  return new Map(
    rows.map(({ topicId, ...row }) => [`${row.topic}/${row.partition}`, { ...row, topicId: topicId ?? undefined }]),
  )
}

/** Remembers where to go on, and of which topic, unless it has moved from `stood` meanwhile: then false. */
export async function settleOffset(
  tx: Transaction,
  { topic, partition, topicId }: TopicPlace,
  stood: Stood | undefined,
  { next }: GoingOn,
): Promise<boolean> {
  const values = [topic, partition, next, topicId ?? null]
  if (!stood) {
    const insert = `insert into ingest_offset (topic, partition, next_offset, topic_id) values ($1, $2, $3, $4)
      on conflict do nothing`
    return (await tx.query(insert, values)).rowCount === 1
  }
  const update = `update ingest_offset set next_offset = $3, topic_id = $4
    where topic = $1 and partition = $2 and next_offset = $5 and topic_id is not distinct from $6`
  return (await tx.query(update, [...values, stood.next, stood.topicId ?? null])).rowCount === 1
}

/** Moves a position on over what holds no message; only from where it is thought to stand. Returns whether it stood there. */
export async function passOver(db: Queryable, place: TopicPlace, [from, to]: [number, number]): Promise<boolean> {
  const text = `update ingest_offset set next_offset = $5, moved_at = now() where topic = $1 and partition = $2
    and topic_id is not distinct from $3 and next_offset >= $4 and next_offset < $5`
  const values = [place.topic, place.partition, place.topicId ?? null, from, to]
  return (await db.query(text, values)).rowCount === 1
}
