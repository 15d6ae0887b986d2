/** Messages that stop lesser consumers for good: each is rejected or passed over, and the record after it is taken in. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs, { type Message, type Producer } from 'kafkajs'
import { alice, permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { whenTakenIn } from '../support/record-stream.ts'

const department = uniqueDepartment('poisoned')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
/** Bare kafkajs, as it lets through what our own publisher never would. */
let producer: Producer
let kafka: kafkajs.Kafka
let numbers = 1_000

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  const brokers = hub.environment.DATARUN_KAFKA_BROKERS!.split(',')
  kafka = new kafkajs.Kafka({ brokers, clientId: 'test', logLevel: kafkajs.logLevel.NOTHING })
  producer = kafka.producer({
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await producer.connect()
})
afterAll(async () => {
  await producer?.disconnect()
  await hub?.close()
})

const good = (number = `P-${++numbers}`): Message & { key: string } =>
  permitMessage(department, { number, sequence: 1 })
const send = (...messages: Message[]) =>
  producer.send({ topic, messages: messages.map(message => ({ ...message, partition: 0 })) })
const isStored = async (key: string) =>
  (await hub.database.pool.query('select from record where dataset = $1 and key = $2', [dataset, key])).rowCount === 1

async function newestRejection() {
  const text = `select code, pointer, value, headers from rejection where dataset = $1 order by id desc limit 1`
  return (await hub.database.pool.query(text, [dataset])).rows[0]
}

const withHeaders = (headers: Record<string, Buffer | string | string[]>) => {
  const message = good()
  return { ...message, headers: { ...message.headers, ...headers } as Message['headers'] }
}
const withValue = (value: string | Buffer | null) => ({ ...good(), value })
const nested = (depth: number) => `{"number":"P-1","holder":${'{"id":'.repeat(depth)}0${'}'.repeat(depth)}}`

test.each<[string, string, () => Message]>([
  ['a tombstone', 'RECORD_EMPTY', () => withValue(null)],
  ['a message without a key', 'ENVELOPE_INVALID', () => ({ ...good(), key: null })],
  ['a key of 201 characters', 'ENVELOPE_INVALID', () => ({ ...good(), key: 'P'.repeat(201) })],
  ['a key with a line break', 'ENVELOPE_INVALID', () => ({ ...good(), key: 'P-1\nP-2' })],
  ['a key that is no UTF-8', 'KEY_MISMATCH', () => ({ ...good(), key: Buffer.from([0xff, 0xfe]) })],
  ['a message without headers', 'ENVELOPE_INVALID', () => ({ ...good(), headers: {} })],
  ['a header given twice', 'ENVELOPE_INVALID', () => withHeaders({ ce_id: ['a\u0000', 'b'] })],
  ['headers of any bytes', 'ENVELOPE_INVALID', () => withHeaders({ ce_type: Buffer.from([0, 255]), '\u0000': 'x' })],
  ['headers named like Object’s own', 'ENVELOPE_INVALID', () => withHeaders({ __proto__x: 'x', ce_specversion: '2' })],
  ['a sequence beyond 2^53', 'ENVELOPE_INVALID', () => withHeaders({ ce_sequence: '9007199254740993' })],
  ['framing without content', 'SCHEMA_UNKNOWN', () => withValue(Buffer.from([0]))],
  ['20,000 objects in one another', 'RECORD_TOO_DEEP', () => withValue(nested(20_000))],
  ['100,000 lists in one another', 'RECORD_NOT_JSON', () => withValue('['.repeat(100_000))],
  ['a record of more than 1 MB', 'RECORD_TOO_LARGE', () => withValue(' '.repeat(1_000_001))],
  ['a text of half a character', 'RECORD_NOT_JSON', () => withValue(Buffer.from('{"number":"\xc3"}', 'latin1'))],
  ['a number that is none', 'RECORD_NOT_JSON', () => withValue('{"number":NaN}')],
  [
    'a number beyond all numbers',
    'RECORD_INVALID',
    () => withValue('{"number":"P-1","holder":{"id":"x"},"income":1e999}'),
  ],
])('%s is rejected with %s', async (_what, code, poison) => {
  const next = good()
  await send(poison(), next)
  await eventually(() => isStored(next.key))
  expect(await newestRejection()).toMatchObject({ code })
})

test('half a surrogate pair, which no canonical JSON can hold, is rejected at its place, and the next record arrives', async () => {
  const odd = permitMessage(department, { number: 'P-7', sequence: 1 })
  const next = good()
  await send({ ...odd, value: `{"number":"P-7","holder":{"id":"${alice}","name":"\\ud800"}}` }, next)
  await eventually(() => isStored(next.key))
  expect(await newestRejection()).toMatchObject({ code: 'RECORD_UNSTORABLE', pointer: '/holder/name' })
})

test('a record too large for Kafka is refused to its sender, and what it sends next arrives', async () => {
  const publisher = await hub.kafka.publisher()
  const huge = permitMessage(department, { number: 'P-8', sequence: 1, data: { pad: 'x'.repeat(1_100_000) } })
  await expect(publisher.publish(topic, [huge])).rejects.toThrow(/too large|larger/i)
  await publisher.publish(topic, [permitMessage(department, { number: 'P-9', sequence: 1 })])
  await eventually(() => isStored('P-9'))
  await publisher.close()
})

test('a copy that the rejected topic cannot hold is made without its content, and holds up no other', async () => {
  const filler = 'x'.repeat(900)
  const headers = Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`h${n}`, filler]))
  await send({ ...good(), value: Buffer.alloc(990_000, 0x20), headers }, withValue('the next one'))
  await whenTakenIn(hub, topic)
  const copies: { code: string; left: string; value: string }[] = []
  const consumption = await hub.kafka.consume({
    groupId: `copies-${department}`,
    topics: [`${topic}.rejected`],
    handle: async ({ messages }) => {
      for (const { headers: found, value } of messages) {
        const left = String(found.datarun_value ?? '')
        copies.push({ code: String(found.datarun_code), left, value: String(value).slice(0, 100) })
      }
      return 'done'
    },
  })
  await eventually(() => copies.some(({ value }) => value === 'the next one'))
  await consumption.stop()
  expect(copies).toContainEqual({ code: 'ENVELOPE_INVALID', left: 'left out: too large', value: '' })
  expect((await hub.database.pool.query('select from rejection where published_at is null')).rowCount).toBe(0)
})

test('records of a transaction count once it is committed, aborted ones never, and its marks stop nobody', async () => {
  const transactional = kafka.producer({
    transactionalId: `transaction-${department}`,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
  })
  await transactional.connect()
  for (const [key, end] of [
    ['P-21', 'abort'],
    ['P-22', 'commit'],
    ['P-23', 'abort'],
  ] as const) {
    const transaction = await transactional.transaction()
    await transaction.send({ topic, messages: [{ ...good(key), partition: 0 }] })
    await transaction[end]()
  }
  // More than one fetch takes, so that the consumer finds itself further on than what was ever taken in.
  const large = await transactional.transaction()
  const pad = Buffer.alloc(900_000, 0x20)
  for (let n = 0; n < 4; n++) await large.send({ topic, messages: [{ ...good(), value: pad, partition: 0 }] })
  await large.abort()
  await transactional.disconnect()
  await send(good('P-24'))
  await eventually(() => isStored('P-24'))
  expect(await Promise.all(['P-21', 'P-22', 'P-23'].map(isStored))).toEqual([false, true, false])
})
