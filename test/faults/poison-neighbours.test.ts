/**
 * One Kafka message of one department stopped the ingest of all, for good: whatever was thrown while a message was read was
 * taken for an outage, and the batch tried again for ever. Poison here, and the records after it in the same partition
 * and those of another department arrive.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs, { type Message, type Producer } from 'kafkajs'
import { alice, must, permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const poisoned = uniqueDepartment('poisoned')
const neighbour = uniqueDepartment('neighbour')
const dataset = `${poisoned}.permit`
let hub: TestHub
/** Bare kafkajs, as it lets through what our own publisher never would. */
let producer: Producer
/** The registry's global id of a schema with a member of any content. */
let openId = 0
let numbers = 1_000

beforeAll(async () => {
  hub = await startTestHub()
  for (const department of [poisoned, neighbour]) await registerDepartment(hub, department)
  const closed = permitSchema(poisoned)
  const schema = { ...closed, $id: undefined, properties: { ...closed.properties, extra: {} } }
  await must(hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema }))
  const text = 'select id from schema_version where dataset = $1 and version = 2'
  openId = (await hub.database.pool.query<{ id: number }>(text, [dataset])).rows[0]!.id
  const brokers = hub.environment.DATARUN_KAFKA_BROKERS!.split(',')
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'test', logLevel: kafkajs.logLevel.NOTHING })
  producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
  const admin = kafka.admin()
  await admin.connect()
  // Brokers before Kafka 3.6 take any time a producer writes; those of today only where the topic says so.
  const configEntries = [{ name: 'message.timestamp.after.max.ms', value: String(2n ** 63n - 1n) }]
  const resources = [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: `datarun.${dataset}`, configEntries }]
  await admin.alterConfigs({ validateOnly: false, resources })
  await admin.disconnect()
})
afterAll(async () => {
  await producer?.disconnect()
  await hub?.close()
})

const send = (department: string, messages: Message[]) =>
  producer.send({
    topic: `datarun.${department}.permit`,
    messages: messages.map(message => ({ ...message, partition: 0 })),
  })
const isStored = async (department: string, key: string) => {
  const text = 'select from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [`${department}.permit`, key])).rowCount === 1
}
const codes = async () => {
  const text = 'select code, pointer from rejection where dataset = $1 order by id desc limit 1'
  return (await hub.database.pool.query(text, [dataset])).rows[0]
}

/** As any Kafka client with a JSON Schema serializer sends it, without headers. */
function framed(id: number, content: string | Buffer, more: Partial<Message> = {}): Message {
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(id, 1)
  return { key: 'P-1', value: Buffer.concat([frame, Buffer.from(content)]), ...more }
}
const permit = (extra: string) => `{"number":"P-1","holder":{"id":"${alice}"},"extra":${extra}}`
const lists = (levels: number) => '['.repeat(levels) + ']'.repeat(levels)
const objects = (levels: number) => `${'{"a":'.repeat(levels)}0${'}'.repeat(levels)}`
const unframed = (value: string) => ({ ...permitMessage(poisoned, { number: 'P-1', sequence: 1, version: 2 }), value })

test.each<[string, string, () => Message]>([
  ['a schema id beyond 2^31', 'SCHEMA_UNKNOWN', () => ({ key: 'P-1', value: Buffer.from('00ffffffff01', 'hex') })],
  ['a schema id of 2^31', 'SCHEMA_UNKNOWN', () => framed(2 ** 31, permit('0'))],
  [
    'a time before all times',
    'ENVELOPE_INVALID',
    () => framed(openId, permit('0'), { timestamp: '-9000000000000000' }),
  ],
  [
    'a time after all times',
    'ENVELOPE_INVALID',
    () => framed(openId, permit('0'), { timestamp: '9223372036854775807' }),
  ],
  [
    'nanoseconds for milliseconds',
    'ENVELOPE_INVALID',
    () => framed(openId, permit('0'), { timestamp: '1796053230945000000' }),
  ],
  ['a time in the year 10000', 'ENVELOPE_INVALID', () => framed(openId, permit('0'), { timestamp: '253402300800000' })],
  ['51 levels, framed', 'RECORD_TOO_DEEP', () => framed(openId, permit(lists(50)))],
  ['4,400 lists in an open member', 'RECORD_TOO_DEEP', () => unframed(permit(lists(4_400)))],
  ['4,400 objects in an open member', 'RECORD_TOO_DEEP', () => unframed(permit(objects(4_400)))],
  ['200,000 levels', 'RECORD_TOO_DEEP', () => framed(openId, permit(lists(200_000)))],
])('%s is rejected with %s, and its neighbours are in the registry', async (_what, code, poison) => {
  const [before, after, elsewhere] = [0, 1, 2].map(() => `P-${++numbers}`)
  const good = (department: string, number: string) => permitMessage(department, { number, sequence: 1 })
  await send(poisoned, [good(poisoned, before!), poison(), good(poisoned, after!)])
  await send(neighbour, [good(neighbour, elsewhere!)])
  await eventually(() => isStored(poisoned, after!), { timeout: 20_000 })
  await eventually(() => isStored(neighbour, elsewhere!), { timeout: 20_000 })
  expect(await isStored(poisoned, before!)).toBe(true)
  expect(await codes()).toMatchObject({ code })
})

test('fifty levels are still a record', async () => {
  await send(poisoned, [framed(openId, permit(lists(49)), { timestamp: String(Date.now()) })])
  await eventually(() => isStored(poisoned, 'P-1'), { timeout: 20_000 })
})
