/**
 * The way to Kafka that all sources of an adapter share. Messages handed in while one batch is on its way go with the
 * next: batches are small when little comes and large when much does, without any timer.
 */
import type { OutgoingMessage } from '../contract/envelope.ts'
import { type Failure, failure, isFailure } from '../contract/failure.ts'
import type { KafkaConnection, Publisher } from '../kafka/kafka.ts'

export type Outbox = {
  /**
   * Resolves when every message is safe on Kafka. Failures: UNAVAILABLE (some may have arrived; sending the same again does
   * no harm), NOT_ALLOWED (Kafka refuses this system the topic), TOO_MANY_REQUESTS (too much is waiting already).
   */
  publish: (messages: OutgoingMessage[]) => Promise<'published' | Failure>
  /** Messages handed in and not yet acknowledged. */
  waiting: () => number
  /** Resolves when nothing is waiting any more. */
  drained: () => Promise<void>
}

type Portion = { messages: OutgoingMessage[]; bytes: number }
type Entry = Portion & { settle: (outcome: 'published' | Failure) => void }

/** A broker takes at most 1 MiB at once for a partition; a single record may be nearly as large as that. */
const limits = { batchMessages: 2_000, batchBytes: 900_000, headerBytes: 450, waitingBytes: 67_108_864 }

export function createOutbox(publisher: Pick<Publisher, 'publish'>, topic: string): Outbox {
  const entries: Entry[] = []
  let waiting = 0
  let waitingBytes = 0
  let sending: Promise<void> | undefined

  const sendAll = async () => {
    while (entries.length > 0) {
      const batch = takeBatch(entries)
      const messages = batch.flatMap(entry => entry.messages)
      const outcome = await send(publisher, topic, messages)
      waiting -= messages.length
      waitingBytes -= batch.reduce((sum, { bytes }) => sum + bytes, 0)
      for (const { settle } of batch) settle(outcome)
    }
    sending = undefined
  }
  return {
    publish: async messages => {
      if (waitingBytes >= limits.waitingBytes) return failure('TOO_MANY_REQUESTS')
      const settled = portionsOf(messages).map(portion => {
        waiting += portion.messages.length
        waitingBytes += portion.bytes
        return new Promise<'published' | Failure>(settle => entries.push({ ...portion, settle }))
      })
      sending ??= Promise.resolve().then(sendAll)
      const outcomes = await Promise.all(settled)
      return outcomes.find(isFailure) ?? 'published'
    },
    waiting: () => waiting,
    drained: async () => sending,
  }
}

const fits = (count: number, bytes: number) => count <= limits.batchMessages && bytes <= limits.batchBytes

/** Splits what is handed in at once where it is more than one batch takes. */
function portionsOf(messages: OutgoingMessage[]): Portion[] {
  const portions: Portion[] = []
  let portion: Portion = { messages: [], bytes: 0 }
  for (const message of messages) {
    const bytes = message.value.length + limits.headerBytes
    if (portion.messages.length === 0 || !fits(portion.messages.length + 1, portion.bytes + bytes)) {
      portion = { messages: [], bytes: 0 }
      portions.push(portion)
    }
    portion.messages.push(message)
    portion.bytes += bytes
  }
  return portions
}

/** The first entry, and as many more as fit beside it. */
function takeBatch(entries: Entry[]): Entry[] {
  let count = 0
  let bytes = 0
  const end = entries.findIndex((entry, index) => {
    count += entry.messages.length
    bytes += entry.bytes
    return index > 0 && !fits(count, bytes)
  })
  return entries.splice(0, end < 0 ? entries.length : end)
}

const refusals = ['TOPIC_AUTHORIZATION_FAILED', 'CLUSTER_AUTHORIZATION_FAILED', 'KafkaJSSASLAuthenticationError']

async function send(publisher: Pick<Publisher, 'publish'>, topic: string, messages: OutgoingMessage[]) {
  try {
    await publisher.publish(topic, messages)
    return 'published'
  } catch (error) {
    const { type, name } = error as { type?: string; name?: string }
    const reason = type ?? name ?? 'unknown'
    if (refusals.includes(reason))
      return failure('NOT_ALLOWED', { detail: `Kafka does not let this system write to ${topic}.` })
    return failure('UNAVAILABLE', { detail: `Kafka did not take the records (${reason}).` })
  }
}

/** Connects at the first batch, and anew after a failed attempt: an adapter starts while Kafka is away. */
export function connectLater(kafka: Pick<KafkaConnection, 'publisher'>): Publisher {
  let publisher: Promise<Publisher> | undefined
  return {
    publish: async (topic, messages) => {
      publisher ??= kafka.publisher()
      publisher.catch(() => {
        publisher = undefined
      })
      await (await publisher).publish(topic, messages)
    },
    close: async () => {
      const connected = await publisher?.catch(() => undefined)
      await connected?.close()
    },
  }
}
