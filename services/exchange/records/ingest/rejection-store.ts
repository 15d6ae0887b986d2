import type pg from 'pg'
import type { IncomingMessage } from '../../../contract/envelope.ts'
import type { Failure, Violation } from '../../../contract/failure.ts'
import type { Queryable } from '../../../postgres/pool.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { TopicPlace } from './offset-store.ts'
import { restoredHeaders, type StoredHeaders, storedHeaders } from './stored-headers.ts'
import type { StoredMessage } from './stored-message.ts'

export type SetAside = { message: IncomingMessage; failure: Failure }

export function insertRejections(
  place: { dataset: string; topic: string; partition: number },
  rejections: SetAside[],
): pg.QueryConfig[] {
  if (rejections.length === 0) return []
  const text = `insert into rejection (dataset, topic, partition, kafka_offset, code, pointer, detail, violations, message_key, headers,
       message_time, value)
     select $1, $2, $3, * from unnest($4::bigint[], $5::text[], $6::text[], $7::text[], $8::jsonb[], $9::bytea[],
       $10::jsonb[], $11::bigint[], $12::bytea[])`
  const values = [
    place.dataset,
    place.topic,
    place.partition,
    rejections.map(({ message }) => message.offset),
    rejections.map(({ failure }) => failure.failure),
    rejections.map(({ failure }) => failure.pointer ?? null),
    rejections.map(({ failure }) => failure.detail ?? null),
    rejections.map(({ failure }) => (failure.violations ? JSON.stringify(failure.violations) : null)),
    rejections.map(({ message }) => message.key),
    rejections.map(({ message }) => JSON.stringify(storedHeaders(message.headers))),
    rejections.map(({ message }) => storableTime(message.timestamp)),
    rejections.map(({ message }) => message.value),
  ]
  return [{ text, values }]
}

/** A producer's own time, within what a number holds exactly: beyond, how far beyond is nobody's concern. */
const storableTime = (time: number) =>
  Math.max(Number.MIN_SAFE_INTEGER, Math.min(Math.trunc(time) || 0, Number.MAX_SAFE_INTEGER))

export type Rejection = {
  id: number
  dataset: string
  partition: number
  offset: number
  code: string
  pointer: string | null
  detail: string | null
  violations: Violation[] | null
  rejectedAt: Date
  replayedAt: Date | null
  /** Of its copy on the rejected topic; `impossible` where the topic will never take it. */
  copy: 'waiting' | 'published' | 'impossible'
}

const columns = `id, dataset, partition, kafka_offset as "offset", code, pointer, detail, violations,
  rejected_at as "rejectedAt", replayed_at as "replayedAt",
  case when published_at is not null then 'published' when copy_failed_at is not null then 'impossible' else 'waiting' end
    as copy`

/** Newest first, at most `limit`, older than `before`. */
export async function listRejections(
  db: Queryable,
  { dataset, before, limit }: { dataset: string; before?: number; limit: number },
): Promise<Rejection[]> {
  const { rows } = await db.query<Rejection>(
    `select ${columns} from rejection where dataset = $1 and id < $2 order by id desc limit $3`,
    [dataset, before ?? Number.MAX_SAFE_INTEGER, limit],
  )
  return rows
}

/** A time beyond what a number holds exactly is read as the last one that it does: older rows have such times. */
const messageColumns = `id, dataset, topic, partition, kafka_offset as "offset", code, pointer, detail,
  violations, message_key as key, headers,
  greatest(least(message_time, ${Number.MAX_SAFE_INTEGER}), ${Number.MIN_SAFE_INTEGER}) as timestamp, value`

type StoredRow = Omit<StoredMessage, 'headers'> & { headers: StoredHeaders }
const read = (row: StoredRow): StoredMessage => ({ ...row, headers: restoredHeaders(row.headers) })

const waiting = 'published_at is null and copy_failed_at is null'

/** Of these datasets, those with rejections whose copy is not on the rejected topic yet. */
export async function datasetsToCopy(db: Queryable, datasets: string[]): Promise<string[]> {
  const { rows } = await db.query<{ dataset: string }>(
    `select dataset from unnest($1::text[]) as asked (dataset)
     where exists (select from rejection r where r.dataset = asked.dataset and ${waiting})`,
    [datasets],
  )
  return rows.map(({ dataset }) => dataset)
}

/** Takes up to `limit` rejections of the dataset that are to be copied; other processes skip them meanwhile. */
export async function takeToCopy(tx: Transaction, dataset: string, limit: number): Promise<StoredMessage[]> {
  const { rows } = await tx.query<StoredRow>(
    `select ${messageColumns} from rejection where dataset = $1 and ${waiting}
     order by id limit $2 for update skip locked`,
    [dataset, limit],
  )
  return rows.map(read)
}

export async function markCopies(tx: Transaction, copied: { published: number[]; impossible: number[] }) {
  await tx.query('update rejection set published_at = now() where id = any($1)', [copied.published])
  await tx.query('update rejection set copy_failed_at = now() where id = any($1)', [copied.impossible])
}

/** The message of a rejection of this dataset, locked; undefined where there is none. */
export async function takeForReplay(tx: Transaction, dataset: string, id: number): Promise<StoredMessage | undefined> {
  const { rows } = await tx.query<StoredRow>(
    `select ${messageColumns} from rejection where dataset = $1 and id = $2 for update`,
    [dataset, id],
  )
  return rows[0] && read(rows[0])
}

export async function markReplayed(tx: Transaction, id: number): Promise<void> {
  await tx.query('update rejection set replayed_at = now() where id = $1', [id])
}

/** Whether the batch that a partition stands at is noted already: of this topic, not of one that had its name before. */
export async function isUnreadableNoted(
  tx: Transaction,
  { topic, partition, topicId, offset }: TopicPlace & { offset: number },
): Promise<boolean> {
  const text = `select from rejection where topic = $1 and partition = $2 and kafka_offset = $3
    and headers ->> 'datarun_topic_id' = $4 and code = 'BATCH_UNREADABLE' and replayed_at is null limit 1`
  return (await tx.query(text, [topic, partition, offset, topicId ?? ''])).rowCount === 1
}
