import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import '../../../services/contract/kafkajs-encoder.ts'

type Sample = {
  key: string | null
  value: string | null
  headers: Record<string, string | string[]>
  timestamp?: string
}

const samples: Sample[] = [
  {
    key: 'J310115-2019-000123',
    value: '{"a":1}',
    headers: { ce_id: 'x'.repeat(43), ce_subject: 'J310115-2019-000123' },
  },
  { key: null, value: null, headers: {} },
  { key: '', value: '', headers: { empty: '', several: ['1', '二', '𠮷'] } },
  {
    key: '沪浦字第123号',
    value: '名'.repeat(5_000),
    headers: { 键: '值', ascii: 'a'.repeat(40), longer: 'a'.repeat(41) },
  },
  { key: 'k'.repeat(200), value: 'v'.repeat(70_000), headers: { a: 'b'.repeat(300), c: '\u007f\u0080' } },
  { key: 'late', value: 'x', headers: {}, timestamp: '1767225600123' },
  { key: 'early', value: 'x', headers: {}, timestamp: '1767225600000' },
]

/** A batch of messages as kafkajs puts it on the wire; run as it is, here and in a process that has kafkajs untouched. */
async function encode(load: (name: string) => unknown, messages: Sample[]): Promise<string> {
  const request = load('kafkajs/src/protocol/requests/produce/v3/request.js') as (options: unknown) => {
    encode(): Promise<{ buffer: Buffer }>
  }
  const first = messages.map(message => ({ ...message, timestamp: message.timestamp ?? '1767225600000' }))
  const topicData = [{ topic: 'datarun.a.b', partitions: [{ partition: 3, firstSequence: 7, messages: first }] }]
  const { buffer } = await request({ acks: -1, timeout: 1_000, producerEpoch: 2, topicData }).encode()
  return buffer.toString('hex')
}

const load = createRequire(import.meta.url)

/** The same by kafkajs alone. */
function untouched(messages: Sample[]): string {
  const script = `(${encode})(require, ${JSON.stringify(messages)}).then(hex => process.stdout.write(hex))`
  return execFileSync(process.execPath, ['-'], { input: script, encoding: 'utf8', maxBuffer: 64_000_000 })
}

test('messages are the same bytes on the wire as kafkajs writes by itself', async () => {
  expect(await encode(load, samples)).toBe(untouched(samples))
  const many = Array.from({ length: 300 }, (_, index) => samples[index % samples.length]!)
  expect(await encode(load, many)).toBe(untouched(many))
})

test('it is kafkajs’s own encoder that was changed', () => {
  const encoder = load('kafkajs/src/protocol/encoder.js')
  expect(encoder.nextPowerOfTwo(511)).toBe(64)
  expect(encoder.nextPowerOfTwo(512)).toBe(1024)
  expect(kafkajs.Kafka).toBe(load('kafkajs').Kafka)
})
