/** Traffic while the exchange is killed: records and poison on the way in, pulls on the way out. */

import { setTimeout as sleep } from 'node:timers/promises'
import { zstdCompressSync } from 'node:zlib'
import kafkajs, { type Producer } from 'kafkajs'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import type { Random } from '../../services/local/city/random.ts'
import { topic } from '../stand/messages.ts'
import { pullPlan, single } from '../stand/pull-load.ts'
import type { Stand } from '../stand/stand.ts'
import type { Sent } from './judge.ts'
import { poisonOf } from './poison.ts'

const portion = 40
const poisons = 4
const pullers = 8
const dataset = topic.slice('datarun.'.length)

export type Counts = { records: number; poison: number; packed: number }

/** Bare kafkajs as the department's system: our own publisher would let none of this through. */
export function producerOf({ stack, tokenOf }: Stand, system: string): Producer {
  const oauthBearerProvider = async () => ({ value: await tokenOf(system) })
  const kafka = new kafkajs.Kafka({
    brokers: stack.brokers,
    clientId: system,
    sasl: { mechanism: 'oauthbearer', oauthBearerProvider },
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const codecs = kafkajs.CompressionCodecs as unknown as Record<number, () => object>
  codecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  })
  return kafka.producer({ allowAutoTopicCreation: false, createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
}

/** Until `signal`: portions of records, some of them packed, and poison after each. Only what is acknowledged counts. */
export async function publishOn(
  producer: Producer,
  make: (n: number) => OutgoingMessage,
  { sent, counts, random, signal }: { sent: Sent; counts: Counts; random: Random; signal: AbortSignal },
): Promise<void> {
  const keys = sent.records.get(dataset) ?? new Set()
  sent.records.set(dataset, keys)
  for (let from = 0; !signal.aborted; from += portion) {
    const good = Array.from({ length: portion }, (_, n) => make(from + n))
    const isPacked = random.chance(0.3)
    const compression = isPacked ? kafkajs.CompressionTypes.ZSTD : kafkajs.CompressionTypes.None
    await producer.send({ topic, messages: good, compression })
    for (const { key } of good) keys.add(key)
    counts.records += good.length
    counts.packed += isPacked ? good.length : 0
    const poison = Array.from({ length: poisons }, (_, n) => poisonOf(make(1_000_000 + from + n), random))
    // A broker that looks at times refuses some of it.
    const isSent = await producer.send({ topic, messages: poison }).then(
      () => true,
      () => false,
    )
    counts.poison += isSent ? poison.length : 0
    await sleep(100)
  }
}

/** Until `signal`: pulls by eight at a time; what is not answered, as nobody is there, is asked again. */
export async function pullOn(stand: Stand, hub: string, size: number, sent: Sent, signal: AbortSignal): Promise<void> {
  const ask = { dataset: single, receipt: false as const }
  const plan = await pullPlan(stand, `${hub}/v1/pulls`, ask, { size, connections: pullers, seconds: 0 })
  const pull = async (n: number) => {
    for (let at = n; !signal.aborted; at += pullers) {
      const authorization = `Bearer ${await stand.tokenOf('natural-resources/title-office')}`
      const headers = { ...plan.headers, authorization }
      const request = { method: 'POST', headers, body: plan.bodies[at % plan.bodies.length]! }
      const answer = await fetch(plan.url, request).catch(() => undefined)
      const body = answer?.status === 200 ? await answer.json().catch(() => undefined) : undefined
      if (body) sent.pulls.push((body as { pull: string }).pull)
      else await sleep(50)
    }
  }
  await Promise.all(Array.from({ length: pullers }, (_, n) => pull(n)))
}
