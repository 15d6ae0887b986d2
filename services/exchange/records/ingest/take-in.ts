/** Takes in the batches of messages that a consumer brings: chunk by chunk, each from where its partition stands. */

import { datasetIdOf } from '../../../contract/topic.ts'
import type { Batch, Handled, Place, Subscription, UnreadableBatch } from '../../../kafka/kafka.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { SchemaSource } from '../schemas/schemas.ts'
import { hearOf, knownTo } from './known.ts'
import type { IngestNeeds } from './needs.ts'
import { passOver, type TopicPlace } from './offset-store.ts'
import { readChunk } from './read-chunk.ts'
import { messageReader, type ReadMessage } from './read-message.ts'
import { settlePositions } from './settle-positions.ts'
import { noteUnreadable } from './skip-unreadable.ts'
import { type Chunk, type Gap, type Stored, storeChunk } from './store-batch.ts'

export type TakeInOptions = {
  schemas: SchemaSource
  /** Called after messages were rejected, so that their copies get onto the rejected topic. */
  onRejected: () => void
  /** Told of a partition that stands still at this offset, as what is there cannot be unpacked. */
  onStopped: (place: Place, offset: number) => void
}

/** Large enough to spread what a transaction costs; a fetch brings about as many of ordinary size. */
const chunkSize = 1_000

/**
 * The true positions are in PostgreSQL. Kafka's may lie further on (after a restore from a backup), or the topic may be
 * another one by now: either way what is missing is read, and what was read before does no harm.
 */
export function takeIn(
  needs: IngestNeeds,
  options: TakeInOptions,
  onPlaced: () => void,
): Pick<Subscription, 'positions' | 'handle'> {
  /** Every change of the catalogue makes its entries anew. */
  const readers = new WeakMap<Dataset, ReadMessage>()
  /** Where a partition was asked to be read from: whatever does not come then, though the log goes back to there, is nobody's. */
  const asked = new Map<string, number>()
  const standsAt = async (place: Place, offset: number) => (await settlePositions(needs, [place]))[0]?.offset === offset

  const positions = async (places: Place[]) => {
    const found = await settlePositions(needs, places)
    for (const { topic, partition, offset } of found) asked.set(`${topic}/${partition}`, offset)
    onPlaced()
    options.onRejected()
    return found
  }
  const stop = async (place: TopicPlace, next: number, unreadable: UnreadableBatch): Promise<Handled> => {
    await noteUnreadable(needs, place, next, unreadable)
    options.onStopped(place, next)
    options.onRejected()
    return 'stopped'
  }
  const handle = async (batch: Batch): Promise<Handled> => {
    const { topic, partition, topicId, messages, from, through, unreadable } = batch
    const dataset = needs.catalogue.dataset(datasetIdOf(topic))
    if (!dataset) throw new Error(`topic ${topic} has no dataset yet`)
    const read = readers.get(dataset) ?? messageReader(dataset, knownTo(needs))
    readers.set(dataset, read)
    const place = { topic, partition, topicId }
    const reading = { dataset: dataset.id, read, schemas: options.schemas, log: needs.log }
    let begin = Math.min(from, asked.get(`${topic}/${partition}`) ?? from)
    if (begin < from && !(await standsAt(place, begin))) return 'misplaced'
    if (messages.length === 0 && through > begin) await passOver(needs.pool, place, [begin, through])
    const chunkAt = async (start: number) => {
      const some = messages.slice(start, start + chunkSize)
      await hearOf(needs, some)
      return readChunk(reading, some)
    }
    let next = chunkAt(0)
    for (let start = 0; start < messages.length; start += chunkSize) {
      const chunk = await next
      const isLast = start + chunkSize >= messages.length
      const span = { from: begin, through: isLast ? through : undefined }
      const storing = ingestChunk(needs, options, {
        dataset: dataset.id,
        ...place,
        ...span,
        readAt: needs.now(),
        ...chunk,
      })
      // The next one is read while PostgreSQL has this one.
      next = chunkAt(start + chunkSize)
      next.catch(() => {})
      if ('missing' in (await storing)) return 'misplaced'
      begin = chunk.messages.at(-1)!.offset + 1
    }
    asked.delete(`${topic}/${partition}`)
    return unreadable ? stop(place, through, unreadable) : 'done'
  }
  return { positions, handle }
}

async function ingestChunk(needs: IngestNeeds, options: TakeInOptions, chunk: Chunk): Promise<Stored | Gap> {
  const { dataset, partition, from } = chunk
  const stored = await storeChunk(needs.pool, chunk, needs.log)
  if ('missing' in stored) {
    needs.log.warn(
      { dataset, partition, stands: stored.missing, from },
      'reading goes back to the stored position; retrying',
    )
    return stored
  }
  countChunk(needs, dataset, stored)
  if (stored.rejected > 0) {
    needs.log.warn({ dataset, partition, rejected: stored.rejected }, 'messages rejected')
    options.onRejected()
  }
  return stored
}

function countChunk({ metrics }: IngestNeeds, dataset: string, { stored, duplicates, rejected, skipped }: Stored) {
  const outcomes = { stored, duplicate: duplicates, rejected, skipped }
  for (const [outcome, n] of Object.entries(outcomes)) {
    if (n > 0) metrics.ingested.inc({ dataset, outcome }, n)
  }
}
