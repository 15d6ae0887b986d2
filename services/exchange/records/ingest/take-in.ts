/** Takes in the batches of messages that a consumer brings: chunk by chunk, each from where its partition stands. */

import { datasetIdOf } from '../../../contract/topic.ts'
import type { Batch, Handled, Place, Subscription, UnreadableBatch } from '../../../kafka/kafka.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { SchemaSource } from '../schemas/schemas.ts'
import { hearOf, knownTo } from './known.ts'
import type { IngestNeeds } from './needs.ts'
import { passOver, type TopicPlace } from './offset-store.ts'
import { type ReadChunk, type Reading, readChunk } from './read-chunk.ts'
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

type Intake = {
  needs: IngestNeeds
  options: TakeInOptions
  /** Where a partition was asked to be read from: whatever does not come then, though the log goes back to there, is nobody's. */
  asked: Map<string, number>
  readingOf: (topic: string) => Reading
}

/**
 * The true positions are in PostgreSQL. Kafka's may lie further on (after a restore from a backup), or the topic may be
 * another one by now: either way what is missing is read, and what was read before does no harm.
 */
export function takeIn(
  needs: IngestNeeds,
  options: TakeInOptions,
  onPlaced: () => void,
): Pick<Subscription, 'positions' | 'handle'> {
  const asked: Intake['asked'] = new Map()
  const intake: Intake = { needs, options, asked, readingOf: readingsOf(needs, options) }
  return {
    positions: async places => {
      const found = await settlePositions(needs, places)
      for (const { offset, ...place } of found) asked.set(nameOf(place), offset)
      onPlaced()
      options.onRejected()
      return found
    },
    handle: (batch, before) => takeInBatch(intake, batch, before),
  }
}

const nameOf = ({ topic, partition }: Place) => `${topic}/${partition}`

/** How a topic's messages are read. Every change of the catalogue makes its entries anew. */
function readingsOf(needs: IngestNeeds, { schemas }: TakeInOptions): Intake['readingOf'] {
  const readers = new WeakMap<Dataset, ReadMessage>()
  return topic => {
    const dataset = needs.catalogue.dataset(datasetIdOf(topic))
    if (!dataset) throw new Error(`topic ${topic} has no dataset yet`)
    const read = readers.get(dataset) ?? messageReader(dataset, knownTo(needs))
    readers.set(dataset, read)
    return { dataset: dataset.id, read, schemas, log: needs.log, hear: some => hearOf(needs, some) }
  }
}

/** Its first chunk is read while the batch before it is stored, each further one while PostgreSQL has the chunk before. */
async function takeInBatch(intake: Intake, batch: Batch, before: Promise<boolean>): Promise<Handled> {
  const { needs, options, asked } = intake
  const { topic, partition, topicId, messages, through, unreadable } = batch
  const place = { topic, partition, topicId }
  const reading = intake.readingOf(topic)
  let next = chunkAt(reading, messages, 0)
  if (!(await before)) return 'left'
  let from = await beginOf(intake, batch)
  if (from === undefined) return 'misplaced'
  if (messages.length === 0 && through > from) await passOver(needs.pool, place, [from, through])
  for (let start = 0; start < messages.length; start += chunkSize) {
    const chunk = await next
    const isLast = start + chunkSize >= messages.length
    const span = { from, through: isLast ? through : undefined, readAt: needs.now() }
    const storing = ingestChunk(needs, options, { dataset: reading.dataset, ...place, ...span, ...chunk })
    next = chunkAt(reading, messages, start + chunkSize)
    if ('missing' in (await storing)) return 'misplaced'
    from = chunk.messages.at(-1)!.offset + 1
  }
  asked.delete(nameOf(place))
  return unreadable ? stop(intake, place, through, unreadable) : 'done'
}

/** Where it fails, and nobody waits for it any more, nothing is amiss. */
function chunkAt(reading: Reading, messages: Batch['messages'], start: number): Promise<ReadChunk> {
  const chunk = readChunk(reading, messages.slice(start, start + chunkSize))
  chunk.catch(() => {})
  return chunk
}

/** The offset after the last message before it; undefined where what the partition waits for did not come. */
async function beginOf({ needs, asked }: Intake, { topic, partition, topicId, from }: Batch) {
  const place = { topic, partition, topicId }
  const begin = Math.min(from, asked.get(nameOf(place)) ?? from)
  if (begin === from) return begin
  const [standing] = await settlePositions(needs, [place])
  return standing?.offset === begin ? begin : undefined
}

async function stop(
  { needs, options }: Intake,
  place: TopicPlace,
  next: number,
  unreadable: UnreadableBatch,
): Promise<Handled> {
  await noteUnreadable(needs, place, next, unreadable)
  options.onStopped(place, next)
  options.onRejected()
  return 'stopped'
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
