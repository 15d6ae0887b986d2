/**
 * Kafka, as the rest of the house sees it. Only this file and its neighbours `kafka-…` import kafkajs (unmaintained since
 * 2023), so that another client can take its place here. Each quirk of its behaviour is said where it is answered.
 */
import type { KafkaConfig, RetryOptions } from 'kafkajs'
import type { Logger } from '../contract/log.ts'
import { createAdmin, type TopicAdmin } from './admin.ts'
import { type Consumption, consume } from './consumer.ts'
import { kafkajs } from './patched-kafkajs.ts'
import { createPublisher, type Publisher } from './publisher.ts'
import { patience, unending } from './retry.ts'
import type { Subscription } from './subscription.ts'
import { openTopics, type Topics } from './topics.ts'

export type { TopicAdmin } from './admin.ts'
export type { Consumption } from './consumer.ts'
export type { UnreadableBatch } from './patches/batches.ts'
export { readOnce } from './patches/fetch.ts'
export type { AnyMessage, Publisher } from './publisher.ts'
export type { TopicRights } from './rights.ts'
export type { Batch, Handled, Place, Position, Subscription } from './subscription.ts'
export type { PartitionLog, TopicLog, Topics } from './topics.ts'

export type KafkaSettings = {
  brokers: string[]
  /** Shows up in the broker's logs and quotas; the system's id. */
  clientId: string
  /** Gives a fresh access token (SASL/OAUTHBEARER); absent only on a broker without security. */
  token?: () => Promise<string>
  tls?: boolean
  log: Logger
}

export type KafkaConnection = {
  publisher(): Promise<Publisher>
  consume(subscription: Subscription): Promise<Consumption>
  admin(): Promise<TopicAdmin>
  topics(): Promise<Topics>
}

export function connectKafka(settings: KafkaSettings): KafkaConnection {
  const kafka = new kafkajs.Kafka(configOf(settings, patience))
  const reading = new kafkajs.Kafka(configOf(settings, unending))
  return {
    publisher: () => createPublisher(kafka),
    consume: subscription => consume(reading, subscription, settings.log),
    admin: () => createAdmin(kafka),
    topics: () => openTopics(kafka),
  }
}

/** Whether Kafka could not do, or would not do, what was asked: nothing that the caller of the hub could mend. */
export const isKafkaTrouble = (error: unknown): boolean => error instanceof Error && error.name.startsWith('KafkaJS')

/** Whether a broker refuses the messages themselves, so that it will refuse them the next time too. */
export function refusesContent(error: unknown): boolean {
  const { type, cause } = (error ?? {}) as { type?: unknown; cause?: unknown }
  const refused = ['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']
  return refused.includes(String(type)) || (cause !== undefined && refusesContent(cause))
}

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
