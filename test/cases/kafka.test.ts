/**
 * Case c01, made from public bug reports: one message after another that stops or confuses consumers elsewhere, each with what
 * is right for it, and after each a good one, which must arrive.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Message, Producer } from 'kafkajs'
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import { kafkajs } from '../../services/kafka/patched-kafkajs.ts'
import { alice, must, permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const department = uniqueDepartment('cases')
const dataset = `${department}.permit`
let hub: TestHub
let producer: Producer
/** Of a schema with an amount and remarks. */
let schemaId = 0
let schemaGuid = Buffer.alloc(0)
let numbers = 100

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  const plain = permitSchema(department)
  const more = { number: { type: 'string', maxLength: 60 }, amount: { type: 'number' } }
  const properties = { ...plain.properties, ...more, remarks: { type: 'string', maxLength: 500 } }
  const schema = { ...plain, $id: undefined, properties }
  await must(hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema }))
  const { body } = await must(hub.call('GET', `/subjects/datarun.${dataset}-value/versions/2`, 'hub/operator'))
  schemaId = body.id
  schemaGuid = Buffer.from(body.guid.replaceAll('-', ''), 'hex')
  const brokers = hub.environment.DATARUN_KAFKA_BROKERS!.split(',')
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'test', logLevel: kafkajs.logLevel.NOTHING })
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

const send = (...messages: Message[]) =>
  producer.send({ topic: `datarun.${dataset}`, messages: messages.map(message => ({ ...message, partition: 0 })) })
async function stored(key: string): Promise<{ body: JsonObject; sequence: number } | undefined> {
  const text = 'select body, sequence from record where dataset = $1 and key = $2'
  return (await hub.database.pool.query(text, [dataset, key])).rows[0]
}
async function rejections(): Promise<{ id: number; code: string; pointer: string | null; detail: string | null }[]> {
  const text = 'select id, code, pointer, detail from rejection where dataset = $1 order by id desc'
  return (await hub.database.pool.query(text, [dataset])).rows
}

const event = (number: string, data: JsonObject = {}) =>
  permitMessage(department, { number, sequence: 1, version: 2, data })
const record = (number: string, more: JsonObject = {}) => ({ number, holder: { id: alice, name: '张伟' }, ...more })
const asText = (number: string, from: string, to: string) => ({
  ...event(number),
  value: JSON.stringify(record(number)).replace(from, to),
})
const withHeaders = (number: string, headers: object) => {
  const message = event(number)
  return { ...message, headers: { ...message.headers, ...headers } as Message['headers'] }
}
const renamed = (number: string, rename: (name: string) => string) => {
  const message = event(number)
  const headers = Object.fromEntries(Object.entries(message.headers).map(([name, value]) => [rename(name), value]))
  return { ...message, headers }
}
function framed(number: string, more: Partial<Message> = {}, content = JSON.stringify(record(number)), id = schemaId) {
  const frame = Buffer.alloc(5)
  frame.writeUInt32BE(id, 1)
  return { key: number, value: Buffer.concat([frame, Buffer.from(content)]), ...more }
}
/** As Confluent 8's serializers name a schema: bare JSON, and a header of 1 and the GUID (or, as they read too, 0 and the id). */
const byGuid = (number: string, name: Buffer = schemaGuid, magic = 1) => ({
  ...{ key: number, value: JSON.stringify(record(number)) },
  headers: { __value_schema_id: Buffer.concat([Buffer.from([magic]), name]) },
})
const schemaIdBytes = () => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(schemaId)
  return bytes
}
const firstVersion = `urn:datarun:${dataset}:v1`
/** 张伟 in GBK. */
const gbk = (number: string) => {
  const [before, after] = JSON.stringify(record(number)).split('张伟')
  return Buffer.concat([Buffer.from(before!), Buffer.from([0xd5, 0xc5, 0xce, 0xb0]), Buffer.from(after!)])
}

type Right = 'stored' | { code: string; pointer?: string; says?: string }
const aside = (code: string, more: { pointer?: string; says?: string } = {}): Right => ({ code, ...more })

const cases: [what: string, message: (number: string) => Message, right: Right][] = [
  ['a tombstone', n => ({ ...event(n), value: null }), aside('RECORD_EMPTY', { says: 'cancelled' })],
  ['an empty value', n => ({ ...event(n), value: '' }), aside('RECORD_EMPTY')],
  ['no key', n => ({ ...event(n), key: null }), aside('ENVELOPE_INVALID', { pointer: 'key' })],
  ['a key in Chinese', n => event(n.replace('P-', '民-')), 'stored'],
  ['a key that is not UTF-8', n => ({ ...event(n), key: Buffer.from([0xff, 0xfe, 0x41]) }), aside('KEY_MISMATCH')],
  ['a header without a value beside the others', n => withHeaders(n, { 'x-trace': null }), 'stored'],
  ['a header of bytes that are not text', n => withHeaders(n, { 'x-bin': Buffer.from([255, 0, 254]) }), 'stored'],
  [
    'a header twice',
    n => withHeaders(n, { ce_sequence: ['1', '2'] }),
    aside('ENVELOPE_INVALID', { pointer: 'header:ce_sequence' }),
  ],
  [
    'headers in upper case',
    n => renamed(n, name => name.toUpperCase()),
    aside('ENVELOPE_INVALID', { pointer: 'header:ce_specversion' }),
  ],
  [
    'headers with ce- and not ce_',
    n => renamed(n, name => name.replace('ce_', 'ce-')),
    aside('ENVELOPE_INVALID', { pointer: 'header:ce_specversion' }),
  ],
  [
    'a structured CloudEvent',
    n => ({
      ...{ key: n, headers: { 'content-type': 'application/cloudevents+json' } },
      value: JSON.stringify({ specversion: '1.0', id: 'x', data: record(n) }),
    }),
    aside('ENVELOPE_INVALID', { says: 'Header' }),
  ],
  ['GBK', n => ({ ...event(n), value: gbk(n) }), aside('RECORD_NOT_JSON')],
  ['NaN', n => asText(n, '}}', '},"amount":NaN}'), aside('RECORD_NOT_JSON')],
  ['a number that no double holds', n => asText(n, '}}', '},"amount":636507967185264641}'), aside('RECORD_INVALID')],
  ['a sequence with a fraction', n => withHeaders(n, { ce_sequence: '1.5' }), aside('ENVELOPE_INVALID')],
  ['a time without offset', n => withHeaders(n, { ce_time: '2026-03-05T09:30:00' }), aside('ENVELOPE_INVALID')],
  ['a time of the year 1', n => withHeaders(n, { ce_time: '0001-01-01T00:00:00Z' }), 'stored'],
  [
    'a time in the year 9999',
    n => withHeaders(n, { ce_time: '9999-12-31T23:59:59Z' }),
    aside('ENVELOPE_INVALID', { pointer: 'header:ce_time' }),
  ],
  [
    'a system that is not registered',
    n => withHeaders(n, { ce_source: `/departments/${department}/systems/nobody` }),
    aside('SOURCE_MISMATCH', { pointer: 'header:ce_source' }),
  ],
  ['framed, without headers', n => framed(n), 'stored'],
  ['framed, of timestamp 0', n => framed(n, { timestamp: '0' }), 'stored'],
  ['framed, of an unknown schema id', n => framed(n, {}, '{}', 999_999), aside('SCHEMA_UNKNOWN')],
  ['framed Avro', n => framed(n, {}, '\u0002\u0004\u0006'), aside('RECORD_NOT_JSON')],
  [
    'framed by a GUID in a header that nobody registered',
    n => byGuid(n, Buffer.alloc(16, 7)),
    aside('SCHEMA_UNKNOWN', { pointer: 'header:__value_schema_id', says: '07070707-0707-' }),
  ],
  ['framed by a GUID in a header', n => byGuid(n), 'stored'],
  ['framed by an id in a header', n => byGuid(n, schemaIdBytes(), 0), 'stored'],
  [
    'framed by a GUID that ends too early',
    n => byGuid(n, schemaGuid.subarray(0, 12)),
    aside('ENVELOPE_INVALID', { pointer: 'header:__value_schema_id', says: '13 bytes' }),
  ],
  [
    'framed by a GUID, of another version than its ce_dataschema',
    n => ({ ...byGuid(n), headers: { ...event(n).headers, ...byGuid(n).headers, ce_dataschema: firstVersion } }),
    aside('SCHEMA_CONTRADICTED', { pointer: 'header:ce_dataschema', says: '__value_schema_id names version 2' }),
  ],
  [
    'framed, of another version than its ce_dataschema',
    n => framed(n, { headers: { ...event(n).headers, ce_dataschema: firstVersion } }),
    aside('SCHEMA_CONTRADICTED', { pointer: 'header:ce_dataschema', says: 'the frame of the value names version 2' }),
  ],
  ['900 KB of remarks', n => event(n, { remarks: 'x'.repeat(900_000) }), aside('RECORD_INVALID')],
  [
    '200 headers',
    n => withHeaders(n, Object.fromEntries(Array.from({ length: 200 }, (_, i) => [`x-${i}`, 'v']))),
    'stored',
  ],
  ['a key with U+0000', n => ({ ...event(n), key: 'a\u0000b' }), aside('ENVELOPE_INVALID', { pointer: 'key' })],
]

test.each(cases)('c01: %s', async (_what, messageOf, right) => {
  const [number, next] = [`P-${++numbers}`, `P-${++numbers}`]
  const before = (await rejections()).length
  const message = messageOf(number)
  await send(message, event(next))
  await eventually(() => stored(next), { timeout: 20_000 })
  const told = (await rejections()).slice(0, -before || undefined)
  if (right === 'stored') {
    expect(told).toEqual([])
    expect(await stored(String(message.key))).toBeDefined()
  } else {
    const { says = '', ...expected } = right
    expect(told).toEqual([expect.objectContaining(expected)])
    expect(told[0]!.detail ?? '').toContain(says)
  }
})

test.each([
  ['a byte order mark', (n: string) => ({ ...event(n), value: `\ufeff${JSON.stringify(record(n))}` })],
  ['a member twice', (n: string) => asText(n, '}}', '},"remarks":"a","remarks":"b"}')],
  ['framed, of no timestamp', (n: string) => framed(n, { timestamp: '-1' })],
])('c01: %s is stored or rejected, and the next goes on', async (_what, messageOf) => {
  const [number, next] = [`P-${++numbers}`, `P-${++numbers}`]
  const before = (await rejections()).length
  await send(messageOf(number), event(next))
  await eventually(() => stored(next), { timeout: 20_000 })
  expect((await rejections()).length - before).toBe((await stored(number)) ? 0 : 1)
})

test('c01: of two versions of a key in one millisecond, framed, the later one in the partition is kept', async () => {
  const timestamp = String(Date.now())
  const number = `P-${++numbers}`
  const version = (remarks: string) => framed(number, { timestamp }, JSON.stringify(record(number, { remarks })))
  await send(version('first'), version('second'), event('P-1'))
  await eventually(() => stored('P-1'), { timeout: 20_000 })
  expect((await stored(number))?.body.remarks).toBe('second')
  const past = await hub.database.pool.query('select body from record_history where key = $1', [number])
  expect(past.rows).toEqual([{ body: expect.objectContaining({ remarks: 'first' }) }])
})
