/**
 * Cases c02 to c04, made from public bug reports, as their folders tell: a topic made anew, a topic given more partitions, a
 * topic made by others on which batches are packed as its producers like.
 */
import { zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { openTopicTools, type TopicTools } from '../support/topic-admin.ts'

const department = uniqueDepartment('cases')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let tools: TopicTools

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  tools = await openTopicTools(hub.environment.DATARUN_KAFKA_BROKERS!.split(','))
})
afterAll(async () => {
  await tools?.close()
  await hub?.close()
})

const message = (number: string, partition: number) => ({
  ...permitMessage(department, { number, sequence: 1 }),
  partition,
})
const missingOf = async (keys: string[]) => {
  const text = 'select key from record where dataset = $1 and key = any($2)'
  const { rows } = await hub.database.pool.query<{ key: string }>(text, [dataset, keys])
  return keys.filter(key => !rows.some(row => row.key === key))
}
const untilStored = (keys: string[]) => eventually(async () => (await missingOf(keys)).length === 0)

test('c02: a topic is deleted and made anew, and more is written than had been read: every message is taken in', async () => {
  const old = ['P-1', 'P-2', 'P-3', 'P-4', 'P-5']
  await tools.send(
    topic,
    old.map(key => message(key, 0)),
  )
  await untilStored(old)
  await tools.makeAnew(topic, { numPartitions: 2 })
  const fresh = Array.from({ length: 12 }, (_, n) => `P-${101 + n}`)
  await tools.send(
    topic,
    fresh.map(key => message(key, 0)),
  )
  await untilStored(fresh)
  expect(await missingOf(fresh)).toEqual([])
})

test('c03: partitions are added while the hub reads: messages on them are taken in without a restart', async () => {
  await tools.send(topic, [message('P-200', 0), message('P-201', 1)])
  await untilStored(['P-200', 'P-201'])
  await tools.admin.createPartitions({ topicPartitions: [{ topic, count: 4 }] })
  await tools.send(topic, [message('P-202', 2), message('P-203', 3)])
  await untilStored(['P-202', 'P-203'])
})

test('c04: zstd on a topic that keeps batches as packed: the records are taken in, other topics go on, the hub is ready', async () => {
  const codecs = kafkajs.CompressionCodecs as unknown as Record<number, () => object>
  codecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  })
  const other = uniqueDepartment('cases')
  await registerDepartment(hub, other)
  await tools.makeAnew(topic, { numPartitions: 2, configEntries: [{ name: 'compression.type', value: 'producer' }] })
  const packed = ['P-301', 'P-302', 'P-303']
  await tools.send(
    topic,
    packed.map(key => message(key, 0)),
    kafkajs.CompressionTypes.ZSTD,
  )
  await untilStored(packed)
  await tools.send(`datarun.${other}.permit`, [permitMessage(other, { number: 'P-1', sequence: 1 })])
  const text = 'select from record where dataset = $1'
  await eventually(async () => (await hub.database.pool.query(text, [`${other}.permit`])).rowCount === 1)
  await eventually(async () => (await hub.call('GET', '/readyz')).status === 200)
})
