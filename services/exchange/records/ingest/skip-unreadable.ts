/** A batch that cannot be unpacked: noted for the steward with its bytes, and skipped where an operator decides so. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { datasetIdOf } from '../../../contract/topic.ts'
import type { UnreadableBatch } from '../../../kafka/kafka.ts'
import { inTransaction } from '../../../postgres/transaction.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { IngestNeeds } from './needs.ts'
import { passOver, type TopicPlace } from './offset-store.ts'
import { insertRejections, isUnreadableNoted, markReplayed, takeForReplay } from './rejection-store.ts'
import type { StoredMessage } from './stored-message.ts'

/** `next` is where the partition stands: the first offset of the batch that was not taken in. Noted once. */
export async function noteUnreadable(
  { pool, log, now }: Pick<IngestNeeds, 'pool' | 'log' | 'now'>,
  { topic, partition, topicId }: TopicPlace,
  next: number,
  { first, last, because, bytes }: UnreadableBatch,
): Promise<void> {
  const dataset = datasetIdOf(topic)
  log.error(
    { dataset, partition, from: next, to: last, detail: because },
    'a batch cannot be unpacked: its partition stands still',
  )
  const headers = { datarun_first: String(first), datarun_last: String(last), datarun_topic_id: topicId ?? '' }
  const message = { offset: next, timestamp: now().getTime(), key: null, value: bytes, headers }
  const detail = `Offsets ${next} to ${last}: ${because}. An operator can skip them: POST …/rejections/{n}/skip.`
  await inTransaction(pool, async tx => {
    if (await isUnreadableNoted(tx, { topic, partition, topicId, offset: next })) return
    const rejected = [{ message, failure: failure('BATCH_UNREADABLE', { detail }) }]
    for (const statement of insertRejections({ dataset, topic, partition }, rejected)) await tx.query(statement)
  })
}

/** The operator's decision to go on behind it, with its entry in the log. The batch's bytes stay in the rejection. */
export async function skipUnreadable(
  needs: IngestNeeds,
  caller: Caller,
  dataset: Dataset,
  id: number,
): Promise<'skipped' | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const noted = await takeForReplay(tx, dataset.id, id)
    if (!noted) return failure('NOT_FOUND')
    const isSkipped = noted.code === 'BATCH_UNREADABLE' && (await passOver(tx, placeOf(noted), rangeOf(noted)))
    const refusal = isSkipped ? undefined : failure('STATE_CONFLICT', notStanding)
    record(
      draftBy(caller, refusal, {
        kind: 'catalogue',
        content: { noun: 'rejection', id: String(id), dataset: dataset.id, step: 'skip' },
        datasets: [dataset.id],
      }),
    )
    if (refusal) return refusal
    await markReplayed(tx, id)
    return 'skipped' as const
  })
  return outcome
}

const notStanding = inWords(
  'No partition stands still at this rejection: there is nothing to skip.',
  '没有分区停在该记录处，无需跳过。',
)
const placeOf = ({ topic, partition, headers }: StoredMessage): TopicPlace => ({
  topic,
  partition,
  topicId: String(headers.datarun_topic_id ?? '') || undefined,
})
const rangeOf = ({ offset, headers }: StoredMessage): [number, number] => [offset, Number(headers.datarun_last) + 1]
