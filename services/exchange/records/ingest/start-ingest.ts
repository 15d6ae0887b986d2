/** Keeps one consumer running over the topics of every dataset in the catalogue, and follows the catalogue as it grows. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaConnection } from '../../../kafka/kafka.ts'
import type { IngestNeeds } from './needs.ts'
import type { Logs, StuckPartition } from './standstill.ts'
import { type TakeInOptions, takeIn } from './take-in.ts'
import { readLogs, watchTopics } from './watch-topics.ts'

export type Ingest = {
  /** Whether the group has given this process its share (or there is nothing to read yet): part of readiness. */
  running(): boolean
  /** Partitions that stand still though messages wait. */
  standing(): readonly StuckPartition[]
  stop(): Promise<void>
}

export type IngestOptions = Omit<TakeInOptions, 'onStopped'> & {
  kafka: KafkaConnection
  groupId: string
  /** Seconds after which a partition that does not move though messages wait stands still. */
  patience: number
}

const stopWithin = 6_000
/** Records that came together are stored side by side, on half of the connections at most: pulls need theirs. */
const atOnce = ({ pool }: IngestNeeds) => Math.min(6, Math.floor(pool.options.max / 2))

export function startIngest(needs: IngestNeeds, options: IngestOptions): Ingest {
  const stopping = new AbortController()
  let joined = false

  let changed = Promise.withResolvers<void>()
  needs.catalogue.onDatasets(() => changed.resolve())

  const nextChange = async () => {
    await changed.promise
    // Datasets are often registered many at once: wait for the rest before the group is joined anew.
    await sleep(200, undefined, { signal: stopping.signal }).catch(() => {})
    changed = Promise.withResolvers<void>()
  }
  const stopped = new Promise<void>(resolve => stopping.signal.addEventListener('abort', () => resolve()))

  let reading: Logs = new Map()
  const watch = watchTopics(needs, {
    readNow: () => reading,
    restart: () => changed.resolve(),
    patience: options.patience,
  })
  const lost = async () => {
    joined = false
    await Promise.race([sleep(200), stopped])
  }

  const keepConsuming = async () => {
    while (!stopping.signal.aborted) {
      try {
        reading = await readLogs(needs)
        if (reading.size === 0) {
          await Promise.race([nextChange(), stopped])
          continue
        }
        const consuming = options.kafka.consume({
          groupId: options.groupId,
          topics: [...reading.keys()],
          ...takeIn(needs, { ...options, onStopped: watch.stopped }, () => {
            joined = true
          }),
          atOnce: atOnce(needs),
        })
        // Without a broker it may never be made: whoever stops does not wait for it.
        const made = consuming.then(async consumption => {
          await Promise.race([nextChange(), consumption.crashed.then(lost), stopped])
          await consumption.stop()
        })
        await Promise.race([made, stopped.then(() => sleep(stopWithin, undefined, { ref: false }))])
      } catch (error) {
        needs.log.warn({ err: error }, 'the consumer could not start; retrying')
        await lost()
      }
    }
  }
  const done = keepConsuming()
  return {
    running: () => joined || needs.catalogue.datasets().length === 0,
    standing: watch.standing,
    stop: async () => {
      stopping.abort()
      await watch.stop()
      await done
    },
  }
}
