/** Publishing to Kafka: in order, acknowledged by all in-sync replicas, nothing twice. */
import type { Kafka, Message, Producer } from 'kafkajs'
import type { MessageHeaders } from '../contract/envelope.ts'
import { kafkajs } from './patched-kafkajs.ts'
import { publishing } from './retry.ts'

/** As departments' messages are, or as they came from whoever sent them: with any bytes, or none. */
export type AnyMessage = {
  headers: MessageHeaders
  key: string | Buffer | null
  value: string | Buffer | null
}

export type Publisher = {
  /**
   * Resolves when all in-sync replicas have every message; rejects where one may be missing. Order per key is kept: what was
   * handed over after a batch that is rejected is rejected, too.
   */
  publish(topic: string, messages: AnyMessage[]): Promise<void>
  close(): Promise<void>
}

/**
 * One batch at a time, and a new producer after every failure. kafkajs counts a sequence back when a batch fails, though it
 * may have arrived: whatever else were then sent under that sequence the broker would take for the same batch again, and
 * acknowledge without keeping it. A batch that waits behind one that fails is refused with it, or it would overtake it.
 */
export async function createPublisher(kafka: Kafka): Promise<Publisher> {
  let producer: Producer | undefined = await openProducer(kafka)
  let last: Promise<unknown> = Promise.resolve()
  let failed = 0
  const send = async (topic: string, messages: AnyMessage[], failedBefore: number) => {
    if (failed > failedBefore) throw new NotItsTurn('a batch before this one was not acknowledged')
    try {
      producer ??= await openProducer(kafka)
      await producer.send({ topic, messages: messages as Message[], acks: -1 })
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
    // Kafka's own rule (murmur2): records of ours and of other Kafka clients keep their order per key.
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
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
