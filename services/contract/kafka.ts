/**
 * Kafka, as the rest of the house sees it. The only file that imports kafkajs (unmaintained since 2023), so that another
 * client can take its place here. What its behaviour taught us is said where it is answered.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs, {
  type AclOperationTypes,
  type EachBatchPayload,
  type Kafka,
  type KafkaConfig,
  type KafkaMessage,
} from 'kafkajs'
import type { IncomingMessage, OutgoingMessage } from './envelope.ts'
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

export type Batch = { topic: string; partition: number; messages: IncomingMessage[]; highWatermark: number }

/**
 * What became of a batch: `done`; or `seek`, to read this partition again from another offset. A handler never throws for
 * a message's own fault; whatever it throws is taken as an outage and the same batch is given again.
 */
export type Handled = 'done' | { seek: number }

export type Subscription = { groupId: string; topics: string[]; handle: (batch: Batch) => Promise<Handled> }
/** `crashed` resolves when the client gave up for good; the consumption then has to be made anew. */
export type Consumption = { stop(): Promise<void>; crashed: Promise<void> }
export type Publisher = {
  /** Resolves when all in-sync replicas have every message; rejects where one may be missing. Order per key is kept. */
  publish(topic: string, messages: OutgoingMessage[]): Promise<void>
  close(): Promise<void>
}
export type TopicAdmin = {
  /** Creates what is missing; existing topics stay as they are. */
  createTopics(topics: { name: string; partitions: number }[]): Promise<void>
  /** Lets a system write to the topics that begin with `prefix`, and to no others. */
  allowWriting(system: string, prefix: string): Promise<void>
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
  const kafka = new kafkajs.Kafka(configOf(settings))
  return {
    publisher: () => createPublisher(kafka),
    consume: subscription => consume(kafka, subscription, settings.log),
    admin: () => createAdmin(kafka),
  }
}

/** Short, many retries: with kafkajs's defaults messages flow again 40 s after a broker is back; with these within 2 s. */
const retry = { initialRetryTime: 100, maxRetryTime: 1_000, factor: 0.2, multiplier: 2 }

function configOf({ brokers, clientId, token, tls, log }: KafkaSettings): KafkaConfig {
  return {
    brokers,
    clientId,
    ssl: tls ?? false,
    ...(token && { sasl: { mechanism: 'oauthbearer', oauthBearerProvider: async () => ({ value: await token() }) } }),
    connectionTimeout: 3_000,
    authenticationTimeout: 5_000,
    requestTimeout: 15_000,
    retry: { ...retry, retries: 60 },
    logLevel: kafkajs.logLevel.WARN,
    logCreator: () => entry => log.debug({ kafka: entry.namespace }, entry.log.message),
  }
}

async function createPublisher(kafka: Kafka): Promise<Publisher> {
  const producer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  return {
    publish: async (topic, messages) => {
      if (messages.length > 0) await producer.send({ topic, messages, acks: -1 })
    },
    close: () => producer.disconnect(),
  }
}

/**
 * Reads topics as one of a group, batch by batch. Offsets committed to Kafka are only a hint of where to go on: the
 * handler keeps the true ones. An error of the handler is never let through to kafkajs, which would stop for good on a
 * TypeError and block the partition for ever on anything else: the batch is tried again until it is done.
 */
async function consume(kafka: Kafka, { groupId, topics, handle }: Subscription, log: Logger): Promise<Consumption> {
  const consumer = kafka.consumer({
    groupId,
    allowAutoTopicCreation: false,
    sessionTimeout: 10_000,
    rebalanceTimeout: 15_000,
    heartbeatInterval: 1_000,
    maxWaitTimeInMs: 500,
    minBytes: 1,
    maxBytesPerPartition: 2_097_152,
    retry: { ...retry, retries: 20, restartOnFailure: async () => true },
  })
  const state = { stopping: false }
  const crash = Promise.withResolvers<void>()
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    log.error({ err: payload.error, restart: payload.restart }, 'consumer crashed')
    if (!payload.restart) crash.resolve()
  })
  await consumer.connect()
  await consumer.subscribe({ topics, fromBeginning: true })
  await consumer.run({
    partitionsConsumedConcurrently: 2,
    autoCommitInterval: 5_000,
    eachBatchAutoResolve: true,
    eachBatch: async payload => {
      const seek = await handleUntilDone(payload, handle, state, log)
      if (seek !== undefined) {
        const { topic, partition } = payload.batch
        consumer.seek({ topic, partition, offset: String(seek) })
      }
    },
  })
  return {
    stop: async () => {
      state.stopping = true
      await consumer.disconnect()
    },
    crashed: crash.promise,
  }
}

async function handleUntilDone(
  { batch, heartbeat, isRunning, isStale }: EachBatchPayload,
  handle: Subscription['handle'],
  state: { stopping: boolean },
  log: Logger,
): Promise<number | undefined> {
  const { topic, partition } = batch
  const messages = batch.messages.map(incoming)
  for (let attempt = 0; ; attempt++) {
    if (state.stopping || !isRunning() || isStale()) return messages[0]?.offset
    try {
      const handled = await handle({ topic, partition, messages, highWatermark: Number(batch.highWatermark) })
      return handled === 'done' ? undefined : handled.seek
    } catch (error) {
      log.warn({ err: error, topic, partition, attempt }, 'a batch could not be stored yet; trying again')
      await sleep(Math.min(100 * 2 ** attempt, 1_000))
      await heartbeat().catch(() => {})
    }
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
        waitForLeaders: true,
      })
    },
    allowWriting: (system, prefix) => allowWriting(admin, system, prefix),
    ping: async () => void (await admin.describeCluster()),
    close: () => admin.disconnect(),
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
  await admin.createAcls({ acl: [rule(kafkajs.AclOperationTypes.WRITE), rule(kafkajs.AclOperationTypes.DESCRIBE)] })
}
