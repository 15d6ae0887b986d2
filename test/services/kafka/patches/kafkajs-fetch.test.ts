import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { moduleOf } from '../../../../services/kafka/own-kafkajs.ts'
import { batchReader } from '../../../../services/kafka/patches/batches.ts'
import { FetchedRecord, readOnce } from '../../../../services/kafka/patches/fetch.ts'

type Sample = {
  key: string | null
  value: string | null
  headers: Record<string, string | string[]>
  timestamp: number
}

const plain = { ce_specversion: '1.0', ce_subject: 'SF1', 'content-type': 'application/json' }
const samples: Sample[] = [
  { key: 'a', value: '{"a":1}', headers: plain, timestamp: 1_767_225_600_000 },
  { key: 'b', value: '{"a":2}', headers: { ...plain, ce_subject: 'SF2' }, timestamp: 1_767_225_600_500 },
  { key: null, value: null, headers: {}, timestamp: 1_767_225_500_000 },
  { key: '', value: '', headers: { empty: '', several: ['1', '二', '𠮷', '1'] }, timestamp: 1_767_225_600_001 },
  { key: '沪浦字第123号', value: '名'.repeat(5_000), headers: { 键: '值', '': 'x' }, timestamp: 0 },
  { key: 'é', value: 'x', headers: { é: 'é', e: 'e' }, timestamp: 1_767_225_600_002 },
]

type Found = { offset: unknown; timestamp: unknown; headers: object; key: unknown; value: unknown }

/** The bytes that kafkajs writes of these messages, and the messages that it reads from them; run in a process that has kafkajs untouched. */
async function byKafkajs(load: (name: string) => unknown, messages: Sample[]): Promise<string> {
  const of = <T>(name: string) => load(`kafkajs/src/protocol/${name}.js`) as T
  const Long = load('kafkajs/src/utils/long.js') as { fromNumber(value: number): unknown }
  const write = of<{ RecordBatch(options: object): Promise<{ buffer: Buffer }> }>('recordBatch/v0/index')
  const writeRecord = of<(record: object) => unknown>('recordBatch/record/v0/index')
  const Decoder = of<new (buffer: Buffer) => object>('decoder')
  const read = of<(decoder: object) => Promise<{ records: Found[] }>>('recordBatch/v0/decoder')
  const first = messages[0]!.timestamp
  const records = messages.map(({ timestamp, ...message }, offsetDelta) =>
    writeRecord({ ...message, timestampDelta: timestamp - first, offsetDelta }),
  )
  const context = { firstOffset: Long.fromNumber(5_000_000_000), firstTimestamp: first, maxTimestamp: first + 500 }
  const { buffer } = await write.RecordBatch({ ...context, lastOffsetDelta: records.length - 1, records })
  const { records: found } = await read(new Decoder(buffer))
  const text = (value: unknown): unknown =>
    Array.isArray(value) ? value.map(text) : value === null ? null : String(value)
  const texts = found.map(({ offset, timestamp, key, value, headers }) => ({
    ...{ offset: Number(offset), timestamp: Number(timestamp), key: text(key), value: text(value) },
    headers: Object.entries(headers).map(([name, content]) => [name, text(content)]),
  }))
  return JSON.stringify({ bytes: buffer.toString('base64'), texts })
}

function untouched(messages: Sample[]): { bytes: string; texts: unknown[] } {
  const script = `(${byKafkajs})(require, ${JSON.stringify(messages)}).then(text => process.stdout.write(text))`
  return JSON.parse(
    execFileSync(process.execPath, ['-'], { input: script, encoding: 'utf8', maxBuffer: 64_000_000 }).toString(),
  )
}

const Decoder = moduleOf('src/protocol/decoder.js') as new (bytes: Buffer) => never
const textOf = (bytes: Buffer | null) => (bytes === null ? null : String(bytes))

test('records come out as kafkajs alone would have read them', async () => {
  const { bytes, texts } = untouched(samples)
  const batch = Buffer.from(bytes, 'base64')
  const size = Buffer.alloc(4)
  size.writeInt32BE(batch.length)
  const read = (await batchReader(async () => [])(new Decoder(Buffer.concat([size, batch])))) as FetchedRecord[]
  const found = read.map(readOnce).map(({ key, value, headers, ...numbers }) => ({
    ...{ ...numbers, key: textOf(key), value: textOf(value) },
    headers: Object.entries(headers),
  }))
  expect(found).toEqual(texts)
})

const context = { firstOffset: '0', firstTimestamp: '0', maxTimestamp: '0', timestampType: 0, magicByte: 2 }
const recordOf = (bytes: number[]) => new FetchedRecord(Buffer.from(bytes), 0, bytes.length, context)

test('a header may have the name of a member that every object has', () => {
  const bytes = [0, 0, 0, 1, 1, 2, 22, ...Buffer.from('constructor'), 2, 120]
  const { headers } = recordOf(bytes)
  expect(headers).toEqual({ constructor: 'x' })
})

test('a header of bytes that are not UTF-8 comes out as bytes, and one of U+FFFD as text', () => {
  const header = (value: Buffer) => [2, 120, 2 * value.length, ...value]
  const [guid, replaced] = [Buffer.from(`01${'8f'.repeat(16)}`, 'hex'), Buffer.from('\ufffd')]
  for (const [value, read] of [[guid, guid] as const, [replaced, '\ufffd'] as const]) {
    expect(recordOf([0, 0, 0, 1, 1, 2, ...header(value)]).headers).toEqual({ x: read })
  }
})

test('a header named __proto__ is a header like any other, and a record that is cut off is an error', () => {
  const bytes = [0, 0, 0, 1, 1, 2, 18, ...Buffer.from('__proto__'), 2, 120]
  const record = recordOf(bytes)
  expect(Object.entries(record.headers)).toEqual([['__proto__', 'x']])
  expect(Object.getPrototypeOf(record.headers)).toBe(Object.prototype)
  for (let length = 1; length < bytes.length; length++)
    expect(() => recordOf(bytes.slice(0, length))).toThrow('ends before')
  // Bytes that follow in the batch are no part of it.
  expect(() => new FetchedRecord(Buffer.from(bytes), 0, bytes.length - 1, context)).toThrow('ends before')
})
