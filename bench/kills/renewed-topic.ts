/** A topic that an administrator deletes and makes anew, once all of it is taken in; what is written then must be, too. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import kafkajs from 'kafkajs'
import { writeEnvelope } from '../../services/contract/envelope.ts'
import type { Topics } from '../../services/kafka/kafka.ts'
import { repository } from '../../services/local/places.ts'
import { residentId } from '../stand/residents.ts'
import type { Stand } from '../stand/stand.ts'
import type { Sent } from './judge.ts'
import { producerOf } from './traffic.ts'

const dataset = 'civil-affairs.marriage-certificate'
const system = 'civil-affairs/marriage-registry'
const topic = `datarun.${dataset}`
const longest = 60_000

export type RenewedTopic = { untilTakenIn(): Promise<void>; makeAnew(): Promise<void>; close(): Promise<void> }

export async function renewedTopic(stand: Stand, topics: Topics, sent: Sent): Promise<RenewedTopic> {
  const kafka = new kafkajs.Kafka({
    brokers: stand.stack.brokers,
    sasl: {
      mechanism: 'oauthbearer',
      oauthBearerProvider: async () => ({ value: await stand.tokenOf('hub/exchange') }),
    },
    logLevel: kafkajs.logLevel.NOTHING,
  })
  const admin = kafka.admin()
  await admin.connect()
  const path = join(repository, 'schemas', dataset.replace('.', '/'), 'v1.cases.json')
  const sample = JSON.parse(await readFile(path, 'utf8')).valid[0].record
  const keys = new Set<string>()
  sent.records.set(dataset, keys)
  let made = 0
  const messageOf = (n: number) => {
    const key = `J310115-2026-9${String(n).padStart(5, '0')}`
    const data = { ...sample, certificateNumber: key, holderA: { ...sample.holderA, id: residentId(n) } }
    const about = { id: `kills:${n}`, system, dataset, key, change: 'issued' as const, time: '2026-11-01T08:00:00Z' }
    return writeEnvelope({ ...about, schemaVersion: 1, sequence: 1, data })
  }
  /** More each time, so that a position in the topic before lies within the new one. */
  const write = async (count: number) => {
    const messages = Array.from({ length: count }, () => messageOf(++made))
    const producer = producerOf(stand, system)
    await producer.connect()
    await again(() => producer.send({ topic, messages }))
    await producer.disconnect()
    for (const { key } of messages) keys.add(key)
  }
  const isThere = async () => (await topics.read([topic])).has(topic)
  await write(20)
  let times = 0
  return {
    untilTakenIn: async () => {
      const text = 'select count(*) from record where dataset = $1 and key = any($2)'
      await again(async () => {
        const { rows } = await stand.database.query(text, [dataset, [...keys]])
        if (Number(rows[0].count) < keys.size)
          throw new Error(`${keys.size - rows[0].count} records of ${topic} are missing`)
      })
    },
    makeAnew: async () => {
      await admin.deleteTopics({ topics: [topic] })
      await again(async () => {
        if (await isThere()) throw new Error('the topic is still there')
      })
      const config = { topic, numPartitions: 2, configEntries: [{ name: 'compression.type', value: 'producer' }] }
      await again(() => admin.createTopics({ topics: [config], waitForLeaders: false }))
      times += 1
      await write(20 * (times + 1))
    },
    close: () => admin.disconnect(),
  }
}

/** Until it does not throw, a minute at most. */
async function again(work: () => Promise<unknown>): Promise<void> {
  const deadline = Date.now() + longest
  for (;;) {
    try {
      await work()
      return
    } catch (error) {
      if (Date.now() > deadline) throw error
      await sleep(200)
    }
  }
}
