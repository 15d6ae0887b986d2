import type { IncomingMessage } from '../../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { storeVersions } from '../registry/record-store.ts'
import { knownTo } from './known.ts'
import { messageReader } from './read-message.ts'
import { markReplayed, type StoredMessage, takeForReplay } from './rejection-store.ts'
import { resolveSchemas } from './resolve-schemas.ts'
import { unplacedBecause } from './unplaced.ts'

/** Reads a rejected message again by today's rules. Fails with today's reason where it still cannot be taken in. */
export async function replayRejection(
  hub: Hub,
  caller: Caller,
  dataset: Dataset,
  id: number,
): Promise<'stored' | 'duplicate' | Failure> {
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
    const stored = await takeForReplay(tx, dataset.id, id)
    if (!stored) return failure('NOT_FOUND')
    if (noRecord.has(stored.code)) return failure('STATE_CONFLICT', notOneRecord)
    const message = messageOf(stored)
    const schemas = await resolveSchemas(hub.schemas, dataset.id, [message])
    const version = messageReader(dataset, knownTo(hub))(message, schemas)
    const placement = isFailure(version) ? undefined : await storeVersions(tx, dataset.id, [version], hub.now())
    const refusal = isFailure(version) ? version : unplacedBecause(placement!)(version)
    record({
      kind: 'catalogue',
      caller: caller.id,
      ...(caller.department && { department: caller.department }),
      content: { noun: 'rejection', id: String(id), dataset: dataset.id },
      datasets: [dataset.id],
      decision: refusal ? 'refuse' : 'permit',
      ...(refusal && { code: refusal.failure }),
    })
    if (refusal) return refusal
    await markReplayed(tx, id)
    return placement!.duplicates.length > 0 ? 'duplicate' : 'stored'
  })
  return outcome
}

/** Said of a partition, not of a record. */
const noRecord = new Set(['TOPIC_RESTARTED', 'RECORDS_GONE', 'BATCH_UNREADABLE'])
const notOneRecord = inWords(
  'This is about no single record: publish again what is missing.',
  '此项不是单条记录，请重新发布缺失的记录。',
)

const messageOf = ({ offset, timestamp, key, value, headers }: StoredMessage): IncomingMessage => ({
  offset,
  timestamp,
  key,
  value,
  headers,
})
