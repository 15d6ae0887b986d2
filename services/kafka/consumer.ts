/** Reading from Kafka, as one of a group. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Kafka } from 'kafkajs'
import type { Logger } from '../contract/log.ts'
import { goTo, newState, placesOf, type Reading } from './placing.ts'
import { unending } from './retry.ts'
import type { Subscription } from './subscription.ts'
import { passMarks, takeBatch } from './take-batch.ts'

export type Consumption = {
  /** Lets a batch in hand end, or leaves it unread. Takes a few seconds at most, whether or not a broker answers. */
  stop(): Promise<void>
  /** Resolves when the client gave up; the consumption then has to be made anew. */
  crashed: Promise<void>
}

const heartbeatInterval = 1_000
const stopWithin = 5_000

const settings = {
  allowAutoTopicCreation: false,
  // The least that brokers allow by default: as long as that a killed member's share waits for another.
  sessionTimeout: 6_000,
  rebalanceTimeout: 15_000,
  heartbeatInterval,
  // How soon partitions that were added to a topic are read.
  metadataMaxAge: 10_000,
  maxWaitTimeInMs: 500,
  minBytes: 1,
  // All partitions of a fetch lie in memory together; half of this client's default keeps the exchange below 300 MB.
  maxBytesPerPartition: 524_288,
  retry: unending,
}

/**
 * Reads topics as one of a group, batch by batch. Offsets committed to Kafka are only a hint of where to go on: the
 * handler keeps the true ones. An error of the handler is never let through to kafkajs, which would stop for good on a
 * TypeError and block the partition for ever on anything else: the batch is tried again until it is done, others in between.
 */
export async function consume(kafka: Kafka, subscription: Subscription, log: Logger): Promise<Consumption> {
  const { groupId, topics } = subscription
  const consumer = kafka.consumer({ groupId, ...settings })
  const state = newState(subscription)
  const reading: Reading = { consumer, subscription, state, log }
  const crash = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error }, 'consumer crashed')
    crash.resolve()
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    state.joins += 1
    state.placed.clear()
    return goTo(reading, placesOf(payload.memberAssignment))
  })
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => passMarks(reading, payload))
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: subscription.atOnce ?? 2,
    autoCommitInterval: 5_000,
    eachBatchAutoResolve: false,
    eachBatch: payload => takeBatch(reading, payload),
  })
  const ended = async () => {
    await consumer.disconnect().catch(() => {})
    await Promise.all(state.inHand.values())
  }
  return {
    stop: async () => {
      state.stopping = true
      await Promise.race([ended(), sleep(stopWithin, undefined, { ref: false })])
    },
    crashed: crash.promise,
  }
}
