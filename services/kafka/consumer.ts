/** Reading from Kafka, as one of a group. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Consumer, EachBatchPayload, Kafka, KafkaMessage } from 'kafkajs'
import type { IncomingMessage } from '../contract/envelope.ts'
import type { Logger } from '../contract/log.ts'
import type { UnreadableBatch } from './patches/batches.ts'
import { unending } from './retry.ts'

export type Place = { topic: string; partition: number }
/** `topicId` is the id of the topic that `offset` counts in: see kafka-topics.ts. */
export type Position = Place & { offset: number; topicId?: string | undefined }

/**
 * `from` is the offset that was asked for: what lies between it and the first message is nobody's (compacted, past its
 * retention, the marks of a transaction). `through` is the offset after the last that was read: marks may follow the last
 * message, and there may be none but marks. `unreadable` comes after the messages and cannot be unpacked. `topicId` is what
 * `positions` said last of this partition.
 */
export type Batch = Place & {
  messages: IncomingMessage[]
  from: number
  through: number
  unreadable?: UnreadableBatch
  topicId: string | undefined
}

/**
 * Outcome of a batch: `done`; `misplaced`: this partition is not read from where it stands, and `positions` is asked
 * anew; or `stopped`: this partition is left alone for a while, then `positions` is asked anew. A handler never throws for a
 * message's own fault: whatever it throws is taken as an outage, and the same batch is given again.
 */
export type Handled = 'done' | 'misplaced' | 'stopped'

export type Subscription = {
  groupId: string
  topics: string[]
  /**
   * Where to go on, asked whenever the group has given this member its share; where the group stands unless given. A place
   * that is left out is asked for again after a while, and nothing of it is handled before.
   */
  positions?: (places: Place[]) => Promise<Position[]>
  handle: (batch: Batch) => Promise<Handled>
  /** How many partitions' batches are handled at once: two unless given. Later batches wait for all that were fetched. */
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
 * TypeError and block the partition for ever on anything else: the batch is tried again until it is done, others in between.
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
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => passMarks(payload, subscription, state, log))
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: subscription.atOnce ?? 2,
    autoCommitInterval: 5_000,
    eachBatchAutoResolve: false,
    eachBatch: async payload => {
      const handled = await handleUntilDone(payload, subscription.handle, state, log)
      if (handled === 'done') payload.resolveOffset(payload.batch.messages.at(-1)!.offset)
      if (handled === undefined || handled === 'done') return
      const place = placeOf(payload.batch)
      state.placed.delete(nameOf(place))
      // Not waited for: it may take as long as the topic is away, and other partitions go on meanwhile.
      const go = () => goTo(consumer, [place], subscription, state, log)
      if (handled === 'misplaced') go()
      else comeBack(payload.pause(), go)
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

/** Its batches are neither fetched nor unpacked again until then. */
function comeBack(resume: () => void, go: () => void) {
  setTimeout(() => {
    resume()
    go()
  }, stoppedFor).unref()
}

const stoppedFor = 5_000
const longestInHand = 3_000
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
      log.warn({ err: error, attempt }, 'positions could not be read; retrying')
    }
  }
}

/**
 * `joins` counts how often the group gave this member its share. `placed` holds the topic's id of each partition that is read
 * from where it stands; `anywhere` where nobody tells positions.
 */
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
  const given = readable(batch)
  const begun = performance.now()
  const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval)
  try {
    for (let attempt = 0; ; attempt++) {
      if (state.stopping || !isRunning() || isStale()) return undefined
      if (!state.anywhere && !state.placed.has(nameOf(batch))) return sleep(untilPlaced, undefined)
      try {
        return await handle({ ...given, topicId: state.placed.get(nameOf(batch)) })
      } catch (error) {
        log.warn({ err: error, topic, partition, attempt }, 'a batch could not be stored; retrying')
        // Other partitions wait for this one as long as it is in hand.
        if (performance.now() - begun > longestInHand) return 'stopped'
        await sleep(pauseAfter(attempt))
      }
    }
  } finally {
    clearInterval(beat)
  }
}

/** The messages before one that stands for a batch that cannot be unpacked: see kafkajs-batches.ts. */
function readable(batch: EachBatchPayload['batch']): Omit<Batch, 'topicId'> {
  const at = batch.messages.findIndex(message => 'unreadable' in message)
  const messages = (at < 0 ? batch.messages : batch.messages.slice(0, at)).map(incoming)
  const from = Number((batch as { fetchedOffset?: string }).fetchedOffset ?? batch.messages[0]!.offset)
  if (at < 0) return { ...placeOf(batch), messages, from, through: Number(batch.lastOffset()) + 1 }
  const { unreadable } = batch.messages[at] as unknown as { unreadable: UnreadableBatch }
  return { ...placeOf(batch), messages, from, through: Math.max(from, unreadable.first), unreadable }
}

/** kafkajs passes over marks of transactions by itself: without a word of it the partition would seem to stand still. */
async function passMarks(read: BatchProcessed, { handle }: Subscription, state: State, log: Logger) {
  if (Number(read.batchSize) > 0 || read.firstOffset === null || !state.placed.has(nameOf(read))) return
  const [from, through] = [Number(read.firstOffset), Number(read.lastOffset) + 1]
  const given = { ...placeOf(read), messages: [], from, through, topicId: state.placed.get(nameOf(read)) }
  await handle(given).catch(error => log.warn({ err: error }, 'transaction markers could not be skipped; retrying'))
}

type BatchProcessed = Place & { batchSize: number; firstOffset: string | null; lastOffset: string }

const incoming = (message: KafkaMessage): IncomingMessage => ({
  offset: Number(message.offset),
  timestamp: Number(message.timestamp),
  key: message.key,
  value: message.value,
  headers: (message.headers ?? {}) as IncomingMessage['headers'],
})
