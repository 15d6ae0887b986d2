/** Keeps one consumer running over the topics of every dataset in the catalogue, and follows the catalogue as it grows. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { IncomingMessage } from '../../contract/envelope.ts'
import type { Batch, Consumption, Handled, KafkaConnection } from '../../contract/kafka.ts'
import { type Dataset, topicOf } from '../catalogue/dataset.ts'
import type { Hub } from '../hub.ts'
import { readOffset } from './offset-store.ts'
import { messageReader, type ReadMessage } from './read-message.ts'
import { resolveSchemas, type SchemaSource } from './resolve-schemas.ts'
import { storeChunk } from './store-batch.ts'

export type Ingest = {
  /** Whether a consumer is running (or none is needed): part of readiness. */
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

/** Small enough that reading a chunk never holds the event loop for long, large enough to spread a commit's cost. */
const chunkSize = 500

export function startIngest(hub: Hub, options: IngestOptions): Ingest {
  const stopping = new AbortController()
  const state = { consumption: undefined as Consumption | undefined }
  let changed = Promise.withResolvers<void>()
  hub.catalogue.onDatasets(() => changed.resolve())

  const nextChange = async () => {
    await changed.promise
    // Datasets are often registered many at once: wait for the rest before the group is joined anew.
    await sleep(200, undefined, { signal: stopping.signal }).catch(() => {})
    changed = Promise.withResolvers<void>()
  }
  const stopped = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))

  const keepConsuming = async () => {
    while (!stopping.signal.aborted) {
      const topics = hub.catalogue.datasets().map(dataset => topicOf(dataset.id))
      if (topics.length === 0) {
        await Promise.race([nextChange(), stopped])
        continue
      }
      try {
        const handle = batchHandler(hub, options)
        state.consumption = await options.kafka.consume({ groupId: options.groupId, topics, handle })
        await Promise.race([nextChange(), state.consumption.crashed, stopped])
        await state.consumption.stop()
      } catch (error) {
        hub.log.warn({ err: error }, 'the consumer could not start; trying again')
        await Promise.race([sleep(500), stopped])
      }
      state.consumption = undefined
    }
  }
  const done = keepConsuming()
  return {
    running: () => state.consumption !== undefined || hub.catalogue.datasets().length === 0,
    stop: async () => {
      stopping.abort()
      await done
    },
  }
}

/**
 * The true position is in PostgreSQL. Kafka's committed offset may be ahead of it (after a restore from a backup), so the
 * first batch of each partition is compared and, if messages were passed over, read again from where PostgreSQL stands.
 */
function batchHandler(hub: Hub, options: IngestOptions) {
  const readers = new Map<Dataset, ReadMessage>()
  const aligned = new Set<string>()
  return async ({ topic, partition, messages, highWatermark }: Batch): Promise<Handled> => {
    const dataset = hub.catalogue.dataset(topic.slice('datarun.'.length))
    if (!dataset) throw new Error(`topic ${topic} has no dataset yet`)
    const place = `${topic}/${partition}`
    if (!aligned.has(place) && messages[0]) {
      const next = await readOffset(hub.pool, topic, partition)
      aligned.add(place)
      if (next > highWatermark)
        hub.log.error({ topic, partition, next, highWatermark }, 'topic is shorter than what was read of it')
      if (next < messages[0].offset) return { seek: next }
    }
    const read = readers.get(dataset) ?? messageReader(dataset)
    readers.set(dataset, read)
    for (let start = 0; start < messages.length; start += chunkSize) {
      await ingestChunk(hub, options, { dataset, topic, partition, read }, messages.slice(start, start + chunkSize))
    }
    hub.metrics.ingestLag.set({ dataset: dataset.id, partition }, highWatermark - 1 - (messages.at(-1)?.offset ?? 0))
    return 'done'
  }
}

async function ingestChunk(
  hub: Hub,
  options: IngestOptions,
  { dataset, ...place }: { dataset: Dataset; topic: string; partition: number; read: ReadMessage },
  messages: IncomingMessage[],
) {
  const schemas = await resolveSchemas(options.schemas, dataset.id, messages)
  const stored = await storeChunk(hub.pool, { dataset: dataset.id, ...place, messages, schemas })
  const count = (outcome: string, n: number) => n > 0 && hub.metrics.ingested.inc({ dataset: dataset.id, outcome }, n)
  count('stored', stored.stored)
  count('duplicate', stored.duplicates)
  count('rejected', stored.rejected)
  count('skipped', stored.skipped)
  if (stored.rejected > 0) {
    hub.log.warn(
      { dataset: dataset.id, partition: place.partition, rejected: stored.rejected },
      'messages were set aside',
    )
    options.onRejected()
  }
}
