import type { IncomingMessage } from '../../../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { storeVersions } from '../registry/record-store.ts'
import type { Placement, RecordVersion } from '../registry/version.ts'
import { knownTo } from './known.ts'
import type { IngestNeeds } from './needs.ts'
import { readChunk } from './read-chunk.ts'
import { messageReader } from './read-message.ts'
import { markReplayed, takeForReplay } from './rejection-store.ts'
import type { StoredMessage } from './stored-message.ts'
import { isRefusal } from './unforeseen.ts'
import { unplacedBecause } from './unplaced.ts'

/** Reads a rejected message again by today's rules. Fails with today's reason where it still cannot be taken in. */
export async function replayRejection(
  needs: IngestNeeds,
  caller: Caller,
  dataset: Dataset,
  id: number,
): Promise<'stored' | 'duplicate' | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const stored = await takeForReplay(tx, dataset.id, id)
    if (!stored) return failure('NOT_FOUND')
    if (noRecord.has(stored.code)) return failure('STATE_CONFLICT', notOneRecord)
    const reading = {
      dataset: dataset.id,
      read: messageReader(dataset, knownTo(needs)),
      schemas: needs.schemas,
      log: needs.log,
      hear: async () => {},
    }
    const { outcomes } = await readChunk(reading, [messageOf(stored)])
    const version = outcomes[0]!
    const placement = isFailure(version) ? version : await storeAlone(needs, tx, version)
    const refusal = isFailure(placement) ? placement : unplacedBecause(placement)(version as RecordVersion)
    record(
      draftBy(caller, refusal, {
        kind: 'catalogue',
        content: { noun: 'rejection', id: String(id), dataset: dataset.id },
        datasets: [dataset.id],
      }),
    )
    if (refusal) return refusal
    await markReplayed(tx, id)
    return (placement as Placement<RecordVersion>).duplicates.length > 0 ? 'duplicate' : 'stored'
  })
  return outcome
}

/** After a failure the transaction can only be rolled back. */
async function storeAlone({ now }: IngestNeeds, tx: Transaction, version: RecordVersion) {
  try {
    return await storeVersions(tx, version.dataset, [version], now())
  } catch (error) {
    if (isRefusal(error)) return failure('RECORD_UNSTORABLE')
    throw error
  }
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
