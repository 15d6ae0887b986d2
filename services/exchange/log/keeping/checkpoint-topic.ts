/**
 * Checkpoints kept on Kafka, where other departments can hold them: the newest at most every second, as fast as the broker
 * takes them. Answers wait for the file, not for this: a broker that is down delays copies and stops nothing.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Logger } from '../../../contract/log.ts'
import type { KafkaConnection, Publisher } from '../../../kafka/kafka.ts'
import type { CheckpointSink } from '../append/publish.ts'

export const checkpointTopic = 'datarun.access-log.checkpoints'

export type CheckpointTopic = { keep: CheckpointSink; stop: () => Promise<void> }

export function startCheckpointTopic(
  kafka: KafkaConnection,
  origin: string,
  log: Logger,
  every = 1_000,
): CheckpointTopic {
  const stopping = new AbortController()
  let newest: string | undefined
  let running: Promise<void> | undefined
  let publisher: Publisher | undefined

  async function publish(checkpoint: string) {
    if (!publisher) {
      const admin = await kafka.admin()
      await admin.createTopics([{ name: checkpointTopic, partitions: 1 }]).finally(() => admin.close())
      publisher = await kafka.publisher()
    }
    await publisher.publish(checkpointTopic, [{ key: origin, value: Buffer.from(checkpoint), headers: {} }])
  }
  async function run() {
    while (newest !== undefined) {
      const checkpoint = newest
      newest = undefined
      await publish(checkpoint).catch(error => {
        log.warn({ err: error }, 'a checkpoint could not be copied to its topic; retrying')
        newest ??= checkpoint
      })
      await wait(every, undefined, { signal: stopping.signal }).catch(() => {})
      if (stopping.signal.aborted) return
    }
  }
  const wake = () => {
    running ??= run().finally(() => {
      running = undefined
      if (newest !== undefined && !stopping.signal.aborted) wake()
    })
  }
  return {
    keep(checkpoint) {
      newest = checkpoint
      wake()
    },
    async stop() {
      stopping.abort()
      await running
      if (newest !== undefined) await publish(newest).catch(() => {})
      await publisher?.close().catch(() => {})
    },
  }
}
