/** Reading from Kafka, as one of a group. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import type { IncomingMessage } from './envelope.ts'
import { unending } from './kafka-retry.ts'
import type { Logger } from './log.ts'

export type Place = { topic: string; partition: number }
/** `topicId` is the id of the topic that `offset` counts in: see kafka-topics.ts. */
export type Position = Place & { offset: number; topicId?: string | undefined }

/**
 * `from` is the offset that was asked for: what lies between it and the first message is nobody's (compacted, past its
 * retention, the marks of a transaction). `topicId` is what `positions` said last of this partition.
 */
export type Batch = Place & { messages: IncomingMessage[]; from: number; topicId: string | undefined }

/**
 * What became of a batch: `done`; or `misplaced`: this partition is not read from where it stands, and `positions` is asked
 * anew. A handler never throws for a message's own fault; whatever it throws is taken as an outage and the same batch is
 * given again.
 */
export type Handled = 'done' | 'misplaced'

export type Subscription = {
  groupId: string
  topics: string[]
  /**
   * Where to go on, asked whenever the group has given this member its share; where the group stands unless given. A place
   * that is left out is asked for again after a while, and nothing of it is handled before.
   */
  positions?: (places: Place[]) => Promise<Position[]>
  handle: (batch: Batch) => Promise<Handled>
  /** How many partitions' batches are handled at once: two unless given. What arrives meanwhile waits for all that were fetched. */
  atOnce?: number
}
export type Consumption = {
  /** Lets a batch in hand end, or leaves it unread. Takes a few seconds at most, whether or not a broker answers. */
  stop(): Promise<void>
  /** Resolves when the client gave up; the consumption then has to be made anew. */
  crashed: Promise<void>
}

/**
 * Reads topics as one of a group, batch by batch. Offsets committed to Kafka are only a hint of where to go on: the
 * handler keeps the true ones. An error of the handler is never let through to kafkajs, which would stop for good on a
 * TypeError and block the partition for ever on anything else: the batch is tried again until it is done.
 */
export async function consume(kafka: Kafka, subscription: Subscription, log: Logger): Promise<Consumption> {
  const { groupId, topics } = subscription
  const consumer = kafka.consumer({
    groupId,
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
  })
  const state: State = { stopping: false, joins: 0, placed: new Map(), anywhere: !subscription.positions }
  const crash = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error }, 'consumer crashed')
    crash.resolve()
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) => {
    state.joins += 1
    state.placed.clear()
    return goTo(consumer, placesOf(payload.memberAssignment), subscription, state, log)
  })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: subscription.atOnce ?? 2,
    autoCommitInterval: 5_000,
    eachBatchAutoResolve: false,
    eachBatch: async payload => {
      const handled = await handleUntilDone(payload, subscription.handle, state, log)
      if (handled === 'done') payload.resolveOffset(payload.batch.messages.at(-1)!.offset)
      else if (handled) {
        state.placed.delete(nameOf(payload.batch))
        // Not waited for: it may take as long as the topic is away, and other partitions go on meanwhile.
        goTo(consumer, [placeOf(payload.batch)], subscription, state, log)
      }
    },
  })
  return {
    stop: async () => {
      state.stopping = true
      await Promise.race([consumer.disconnect().catch(() => {}), sleep(stopWithin, undefined, { ref: false })])
    },
    crashed: crash.promise,
  }
}

const heartbeatInterval = 1_000
const stopWithin = 5_000
const untilPlaced = 50

/**
 * kafkajs does not wait for this before it fetches: what it fetched before is stale once it was told where to go on, and is
 * left unread. Positions and ids are therefore taken over in one go.
 */
async function goTo(consumer: Consumer, places: Place[], { positions }: Subscription, state: State, log: Logger) {
  let left = positions ? places : []
  const { joins } = state
  for (let attempt = 0; left.length > 0 && !state.stopping && state.joins === joins; attempt++) {
    if (attempt > 0) await sleep(pauseAfter(attempt))
    try {
      const found = await positions!(left)
      if (state.joins !== joins) return
      for (const { offset, topicId, ...place } of found) {
        consumer.seek({ ...place, offset: String(offset) })
        state.placed.set(nameOf(place), topicId)
      }
      left = left.filter(place => !state.placed.has(nameOf(place)))
    } catch (error) {
      log.warn({ err: error, attempt }, 'positions could not be read yet; trying again')
    }
  }
}

/** `joins` counts how often the group gave this member its share. `placed` is the topic's id of each partition that is read from where it stands; `anywhere` where nobody tells positions. */
type State = { stopping: boolean; joins: number; placed: Map<string, string | undefined>; anywhere: boolean }
const pauseAfter = (attempt: number) => Math.min(100 * 2 ** attempt, 1_000)
const nameOf = ({ topic, partition }: Place) => `${topic}/${partition}`
const placeOf = ({ topic, partition }: Place): Place => ({ topic, partition })
const placesOf = (assignment: Record<string, number[]>): Place[] =>
  Object.entries(assignment).flatMap(([topic, partitions]) => partitions.map(partition => ({ topic, partition })))

/** Resolves with undefined where the batch is left unread. The group hears of us meanwhile, however long it takes. */
async function handleUntilDone(
  { batch, heartbeat, isRunning, isStale }: EachBatchPayload,
  handle: Subscription['handle'],
  state: State,
  log: Logger,
): Promise<Handled | undefined> {
  const { topic, partition } = batch
  const messages = batch.messages.map(incoming)
  const from = Number((batch as { fetchedOffset?: string }).fetchedOffset ?? messages[0]!.offset)
  const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval)
  try {
    for (let attempt = 0; ; attempt++) {
      if (state.stopping || !isRunning() || isStale()) return undefined
      if (!state.anywhere && !state.placed.has(nameOf(batch))) return sleep(untilPlaced, undefined)
      try {
        return await handle({ topic, partition, messages, from, topicId: state.placed.get(nameOf(batch)) })
      } catch (error) {
        log.warn({ err: error, topic, partition, attempt }, 'a batch could not be stored yet; trying again')
        await sleep(pauseAfter(attempt))
      }
    }
  } finally {
    clearInterval(beat)
  }
}

const incoming = (message: KafkaMessage): IncomingMessage => ({
  offset: Number(message.offset),
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: (message.headers ?? {}) as IncomingMessage['headers'],
})
