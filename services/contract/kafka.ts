/**
 * Kafka, as the rest of the house sees it. The only file that imports kafkajs (unmaintained since 2023), so that another
 * client can take its place here. What its behaviour taught us is said where it is answered.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import './kafkajs-produce.ts'
import './kafkajs-queue.ts'
import kafkajs, {
  type AclEntry,
  type AclOperationTypes,
  type Consumer,
  type EachBatchPayload,
  type Kafka,
  type KafkaConfig,
  type KafkaMessage,
  type Producer,
  type RetryOptions,
} from 'kafkajs'
import type { IncomingMessage, OutgoingMessage } from './envelope.ts'
import { partitionOf } from './kafka-partition.ts'
import type { Logger } from './log.ts'

export type KafkaSettings = {
  brokers: string[]
  /** Shows up in the broker's logs and quotas; the system's id. */
  clientId: string
  /** Gives a fresh access token (SASL/OAUTHBEARER); absent only on a broker without security. */
  token?: () => Promise<string>
  tls?: boolean
  log: Logger
}

export type Place = { topic: string; partition: number }
export type Position = Place & { offset: number }

/**
 * `from` is the offset that was asked for: what lies between it and the first message is nobody's (compacted, past its
 * retention, the marks of a transaction). `highWatermark` is the end of the partition as the broker told it.
 */
export type Batch = Place & { messages: IncomingMessage[]; from: number; highWatermark: number }

/**
 * What became of a batch: `done`; or `seek`, to read this partition again from another offset. A handler never throws for
 * a message's own fault; whatever it throws is taken as an outage and the same batch is given again.
 */
export type Handled = 'done' | { seek: number }

export type Subscription = {
  groupId: string
  topics: string[]
  /** Where to go on, asked whenever the group has given this member its share; where the group stands unless given. */
  positions?: (places: Place[]) => Promise<Position[]>
  handle: (batch: Batch) => Promise<Handled>
}
export type Consumption = {
  /** Lets a batch in hand end, or leaves it unread. Takes a few seconds at most, whether or not a broker answers. */
  stop(): Promise<void>
  /** Resolves when the client gave up; the consumption then has to be made anew. */
  crashed: Promise<void>
}
export type Publisher = {
  /**
   * Resolves when all in-sync replicas have every message; rejects where one may be missing. Order per key is kept: what was
   * handed over after a batch that is rejected is rejected, too.
   */
  publish(topic: string, messages: OutgoingMessage[]): Promise<void>
  close(): Promise<void>
}
export type TopicAdmin = {
  /** Creates what is missing; existing topics stay as they are. */
  createTopics(topics: { name: string; partitions: number }[]): Promise<void>
  /** Lets a system write to the topics that begin with `prefix`, and to no others. */
  allowWriting(system: string, prefix: string): Promise<void>
  /** For each partition of the topic the offset that its next message will have. */
  ends(topic: string): Promise<Map<number, number>>
  /** Rejects when no broker answers. */
  ping(): Promise<void>
  close(): Promise<void>
}
export type KafkaConnection = {
  publisher(): Promise<Publisher>
  consume(subscription: Subscription): Promise<Consumption>
  admin(): Promise<TopicAdmin>
}

export function connectKafka(settings: KafkaSettings): KafkaConnection {
  const kafka = new kafkajs.Kafka(configOf(settings, patience))
  const reading = new kafkajs.Kafka(configOf(settings, unending))
  return {
    publisher: () => createPublisher(kafka),
    consume: subscription => consume(reading, subscription, settings.log),
    admin: () => createAdmin(kafka),
  }
}

/** Whether Kafka could not do, or would not do, what was asked: nothing that the caller of the hub could mend. */
export const isKafkaTrouble = (error: unknown): boolean => error instanceof Error && error.name.startsWith('KafkaJS')

/** Short waits: with kafkajs's defaults messages flow again only 40 s after a broker is back. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 }
/** About 6 s: what cannot be had by then is an outage, and whoever asked decides whether to ask again. */
const patience = { ...retry, retries: 8 }
/** About a minute, as electing the leader of a partition can take. Where no broker answers at all it is `patience`. */
const publishing = { ...retry, retries: 60 }
/** A consumer that gave up would come back as a new member, for whom the group waits until the old one is given up too. */
const unending = { ...retry, retries: 1_000_000, restartOnFailure: async () => false }

function configOf({ brokers, clientId, token, tls, log }: KafkaSettings, howOften: RetryOptions): KafkaConfig {
  return {
    brokers,
    clientId,
    ssl: tls ?? false,
    ...(token && { sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token() }) } }),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 15_000,
    retry: howOften,
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => entry => log.debug({ kafka: entry.namespace }, entry.log.message),
  }
}

/**
 * One batch at a time, and a new producer after every failure. kafkajs counts a sequence back when a batch fails, though it
 * may have arrived: whatever else were then sent under that sequence the broker would take for the same batch again, and
 * acknowledge without keeping it. What waits behind a batch that fails is refused with it, or it would overtake it.
 */
async function createPublisher(kafka: Kafka): Promise<Publisher> {
  let producer: Producer | undefined = await openProducer(kafka)
  let last: Promise<unknown> = Promise.resolve()
  let failed = 0
  const send = async (topic: string, messages: OutgoingMessage[], failedBefore: number) => {
    if (failed > failedBefore) throw new NotItsTurn('a batch before this one was not acknowledged')
    try {
      producer ??= await openProducer(kafka)
      await producer.send({ topic, messages, acks: -1 })
    } catch (error) {
      failed += 1
      await producer?.disconnect().catch(() => {})
      producer = undefined
      throw error
    }
  }
  return {
    publish: async (topic, messages) => {
      if (messages.length === 0) return
      const failedBefore = failed
      const sent = last.then(() => send(topic, messages, failedBefore))
      last = sent.catch(() => {})
      await sent
    },
    close: async () => {
      await last
      await producer?.disconnect()
    },
  }
}

class NotItsTurn extends Error {
  override name = 'NotItsTurn'
}

async function openProducer(kafka: Kafka): Promise<Producer> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner:
      () =>
      ({ message, partitionMetadata }) =>
        partitionOf(message.key ?? '', partitionMetadata.length),
    retry: publishing,
  })
  try {
    await producer.connect()
  } catch (error) {
    await producer.disconnect().catch(() => {})
    throw error
  }
  return producer
}

/**
 * Reads topics as one of a group, batch by batch. Offsets committed to Kafka are only a hint of where to go on: the
 * handler keeps the true ones. An error of the handler is never let through to kafkajs, which would stop for good on a
 * TypeError and block the partition for ever on anything else: the batch is tried again until it is done.
 */
async function consume(kafka: Kafka, subscription: Subscription, log: Logger): Promise<Consumption> {
  const { groupId, topics } = subscription
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    // The least that brokers allow by default: as long as that a killed member's share waits for another.
    sessionTimeout: 6_000,
    rebalanceTimeout: 15_000,
    heartbeatInterval,
    maxWaitTimeInMs: 500,
    minBytes: 1,
    maxBytesPerPartition: 2_097_152,
    retry: unending,
  })
  const state = { stopping: false }
  const crash = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error }, 'consumer crashed')
    crash.resolve()
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload }) =>
    goTo(consumer, placesOf(payload.memberAssignment), subscription, state, log),
  )
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: 2,
    autoCommitInterval: 5_000,
    eachBatchAutoResolve: false,
    eachBatch: async payload => {
      const handled = await handleUntilDone(payload, subscription.handle, state, log)
      const { topic, partition } = payload.batch
      if (handled === 'done') payload.resolveOffset(payload.batch.messages.at(-1)!.offset)
      else if (handled) consumer.seek({ topic, partition, offset: String(handled.seek) })
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

/** kafkajs does not wait for this before it fetches, so a handler may first be given what lies elsewhere. */
async function goTo(consumer: Consumer, places: Place[], { positions }: Subscription, state: State, log: Logger) {
  if (!positions) return
  for (let attempt = 0; !state.stopping; attempt++) {
    try {
      for (const { offset, ...place } of await positions(places)) consumer.seek({ ...place, offset: String(offset) })
      return
    } catch (error) {
      log.warn({ err: error, attempt }, 'positions could not be read yet; trying again')
      await sleep(pauseAfter(attempt))
    }
  }
}

type State = { stopping: boolean }
const pauseAfter = (attempt: number) => Math.min(100 * 2 ** attempt, 1_000)
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
  const given = { topic, partition, messages, from, highWatermark: Number(batch.highWatermark) }
  const beat = setInterval(() => heartbeat().catch(() => {}), heartbeatInterval)
  try {
    for (let attempt = 0; ; attempt++) {
      if (state.stopping || !isRunning() || isStale()) return undefined
      try {
        return await handle(given)
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

async function createAdmin(kafka: Kafka): Promise<TopicAdmin> {
  const admin = kafka.admin()
  await admin.connect()
  return {
    createTopics: async topics => {
      // `uncompressed` makes the broker unpack zstd, lz4 and snappy, at which kafkajs's consumer stops for good.
      const configEntries = [{ name: 'compression.type', value: 'uncompressed' }]
      await admin.createTopics({
        topics: topics.map(({ name, partitions }) => ({ topic: name, numPartitions: partitions, configEntries })),
        waitForLeaders: false,
      })
      await untilKnown(
        admin,
        topics.map(({ name }) => name),
      )
    },
    allowWriting: (system, prefix) => allowWriting(admin, system, prefix),
    ends: async topic => {
      const offsets = await admin.fetchTopicOffsets(topic)
      return new Map(offsets.map(({ partition, high }) => [partition, Number(high)]))
    },
    ping: async () => void (await admin.describeCluster()),
    close: () => admin.disconnect(),
  }
}

/** A broker hears of new topics a little later than its controller; kafkajs's own wait takes that for an error. */
async function untilKnown(admin: ReturnType<Kafka['admin']>, topics: string[]) {
  for (let attempt = 0; ; attempt++) {
    try {
      const known = await admin.fetchTopicMetadata({ topics })
      if (known.topics.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return
    } catch (error) {
      if (attempt >= 50) throw error
    }
    if (attempt >= 100) throw new Error('new topics have no leader yet: is a broker down?')
    await sleep(100)
  }
}

async function allowWriting(admin: ReturnType<Kafka['admin']>, system: string, prefix: string) {
  const rule = (operation: AclOperationTypes) => ({
    resourceType: kafkajs.AclResourceTypes.TOPIC,
    resourceName: prefix,
    resourcePatternType: kafkajs.ResourcePatternTypes.PREFIXED,
    principal: `User:${system}`,
    host: '*',
    operation,
    permissionType: kafkajs.AclPermissionTypes.ALLOW,
  })
  const write = rule(kafkajs.AclOperationTypes.WRITE)
  await admin.createAcls({ acl: [write, rule(kafkajs.AclOperationTypes.DESCRIBE)] })
  await untilInForce(admin, write)
}

/** A broker hears of new rights, too, a little later than its controller: who came at once would be turned away. */
async function untilInForce(admin: ReturnType<Kafka['admin']>, rule: AclEntry) {
  for (let attempt = 0; attempt < 100; attempt++) {
    const { resources } = await admin.describeAcls(rule)
    if (resources.length > 0) return
    await sleep(100)
  }
  throw new Error('a new right to write is not yet in force: is a broker down?')
}
