/** Keeps one consumer running over the topics of every dataset in the catalogue, and follows the catalogue as it grows. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Batch, Handled, KafkaConnection, Place } from '../../contract/kafka.ts'
import { type Dataset, topicOf } from '../catalogue/dataset.ts'
import type { Hub } from '../hub.ts'
import { readOffsets, rewindOffset } from './offset-store.ts'
import { readChunk } from './read-chunk.ts'
import { messageReader, type ReadMessage } from './read-message.ts'
import type { SchemaSource } from './resolve-schemas.ts'
import { type Chunk, type Gap, type Stored, storeChunk } from './store-batch.ts'

export type Ingest = {
  /** Whether the group has given this process its share (or there is nothing to read yet): part of readiness. */
  running(): boolean
  stop(): Promise<void>
}

export type IngestOptions = {
  kafka: KafkaConnection
  schemas: SchemaSource
  groupId: string
  /** Called after messages were set aside, so that their copies get onto the rejected topic. */
  onRejected: () => void
}

/** Large enough to spread what a transaction costs; a fetch brings about as many of ordinary size. */
const chunkSize = 1_000
const stopWithin = 6_000
/** Records that came together are stored side by side, on half of the connections at most: pulls need theirs (issue 7). */
const atOnce = ({ pool }: Hub) => Math.min(6, Math.floor(pool.options.max / 2))

export function startIngest(hub: Hub, options: IngestOptions): Ingest {
  const stopping = new AbortController()
  let joined = false

  let changed = Promise.withResolvers<void>()
  hub.catalogue.onDatasets(() => changed.resolve())

  const nextChange = async () => {
    await changed.promise
    // Datasets are often registered many at once: wait for the rest before the group is joined anew.
    await sleep(200, undefined, { signal: stopping.signal }).catch(() => {})
    changed = Promise.withResolvers<void>()
  }
  const stopped = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))

  const positions = async (places: Place[]) => {
    const found = await readOffsets(hub.pool, places)
    joined = true
    return found
  }
  const lost = async () => {
    joined = false
    await Promise.race([sleep(200), stopped])
  }

  const keepConsuming = async () => {
    while (!stopping.signal.aborted) {
      const topics = hub.catalogue.datasets().map(dataset => topicOf(dataset.id))
      if (topics.length === 0) {
        await Promise.race([nextChange(), stopped])
        continue
      }
      try {
        const handle = batchHandler(hub, options)
        const consuming = options.kafka.consume({
          groupId: options.groupId,
          topics,
          positions,
          handle,
          atOnce: atOnce(hub),
        })
        // Without a broker it may never be made: whoever stops does not wait for it.
        const made = consuming.then(async consumption => {
          await Promise.race([nextChange(), consumption.crashed.then(lost), stopped])
          await consumption.stop()
        })
        await Promise.race([made, stopped.then(() => sleep(stopWithin, undefined, { ref: false }))])
      } catch (error) {
        hub.log.warn({ err: error }, 'the consumer could not start; trying again')
        await lost()
      }
    }
  }
  const done = keepConsuming()
  return {
    running: () => joined || hub.catalogue.datasets().length === 0,
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

/**
 * The true positions are in PostgreSQL. Kafka's may lie further on (after a restore from a backup), or Kafka's topic may
 * end before them (it was made anew): either way what is missing is read, and what was read before does no harm.
 */
function batchHandler(hub: Hub, options: IngestOptions) {
  const readers = new Map<Dataset, ReadMessage>()
  /** Where a partition was asked to be read again from: whatever does not come then is nobody's. */
  const asked = new Map<string, number>()
  return async ({ topic, partition, messages, from, highWatermark }: Batch): Promise<Handled> => {
    const dataset = hub.catalogue.dataset(topic.slice('datarun.'.length))
    if (!dataset) throw new Error(`topic ${topic} has no dataset yet`)
    const read = readers.get(dataset) ?? messageReader(dataset)
    readers.set(dataset, read)
    const reading = { dataset: dataset.id, read, schemas: options.schemas, log: hub.log }
    const place = `${topic}/${partition}`
    let begin = Math.min(from, asked.get(place) ?? from)
    const chunkAt = (start: number) => readChunk(reading, messages.slice(start, start + chunkSize))
    let next = chunkAt(0)
    for (let start = 0; start < messages.length; start += chunkSize) {
      const chunk = await next
      const storing = ingestChunk(hub, options, { dataset: dataset.id, topic, partition, from: begin, ...chunk })
      // The next one is read while PostgreSQL has this one.
      next = chunkAt(start + chunkSize)
      next.catch(() => {})
      const stored = await storing
      if ('missing' in stored) {
        asked.set(place, stored.missing)
        return { seek: stored.missing }
      }
      if (stored.next > highWatermark && (await isShorter(hub, { topic, partition }, stored.next))) return { seek: 0 }
      begin = chunk.messages.at(-1)!.offset + 1
    }
    asked.delete(place)
    hub.metrics.ingestLag.set({ dataset: dataset.id, partition }, highWatermark - begin)
    return 'done'
  }
}

/** A batch may be old and its high watermark too, so the broker is asked. */
async function isShorter(hub: Hub, place: Place, stood: number): Promise<boolean> {
  const end = await hub.broker.endOf(place)
  if (stood <= end) return false
  hub.log.error({ ...place, stood, end }, 'the topic ends before what was read of it: it is read from its beginning')
  await rewindOffset(hub.pool, place, stood)
  return true
}

async function ingestChunk(hub: Hub, options: IngestOptions, chunk: Chunk): Promise<Stored | Gap> {
  const { dataset, partition, from } = chunk
  const stored = await storeChunk(hub.pool, chunk, hub.log)
  if ('missing' in stored) {
    hub.log.warn({ dataset, partition, ...stored, from }, 'messages were passed over: they are read now')
    return stored
  }
  countChunk(hub, dataset, stored)
  if (stored.rejected > 0) {
    hub.log.warn({ dataset, partition, rejected: stored.rejected }, 'messages were set aside')
    options.onRejected()
  }
  return stored
}

function countChunk({ metrics }: Hub, dataset: string, { stored, duplicates, rejected, skipped }: Stored) {
  const outcomes = { stored, duplicate: duplicates, rejected, skipped }
  for (const [outcome, n] of Object.entries(outcomes)) {
    if (n > 0) metrics.ingested.inc({ dataset, outcome }, n)
  }
}
