import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'
import { crc32c } from '../../../../services/contract/crc32c.ts'
import '../../../../services/kafka/patches/produce.ts'
import { moduleOf } from '../../../../services/kafka/own-kafkajs.ts'

type Sample = {
  key: string | null
  value: string | null
  headers?: Record<string, string | string[]>
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
    headers: { 键: '值', ascii: 'a'.repeat(80), longer: 'a'.repeat(81) },
  },
  { key: 'k'.repeat(200), value: 'v'.repeat(70_000), headers: { a: 'b'.repeat(300), c: '\u007f\u0080', d: '\ud800' } },
  { key: 'plain', value: 'x' },
]

/** Messages as kafkajs puts them on the wire; run as it is, here and in a process that has kafkajs untouched. */
async function encode(load: (name: string) => unknown, messages: Sample[]): Promise<string> {
  Date.now = () => 1_767_225_600_123
  const produce = load('kafkajs/src/protocol/requests/produce/index.js') as {
    protocol(about: { version: number }): (options: unknown) => { request: { encode(): Promise<{ buffer: Buffer }> } }
  }
  const Long = load('kafkajs/src/utils/long.js') as { fromNumber(value: number): unknown }
  const buffers = messages.map(message => ({ ...message, value: message.value && Buffer.from(message.value) }))
  const partitions = [
    { partition: 3, firstSequence: 70_000, messages },
    { partition: 0, messages: buffers },
  ]
  const topicData = [
    { topic: 'datarun.a.b', partitions },
    { topic: '主题', partitions: [] },
  ]
  const options = { acks: -1, timeout: 1_000, producerId: Long.fromNumber(5_000_000_000), producerEpoch: 2, topicData }
  const hex = []
  for (const version of [3, 7])
    hex.push((await produce.protocol({ version })(options).request.encode()).buffer.toString('hex'))
  return hex.join('\n')
}

const load = (name: string) => moduleOf(name.slice('kafkajs/'.length))

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

test('what is not plain is left to kafkajs', async () => {
  const late = { key: 'late', value: 'x', timestamp: '1767225600999' }
  expect(await encode(load, [late])).toBe(untouched([late]))
})

test('it is the request of our copy that was changed', () => {
  const { requests } = load('kafkajs/src/protocol/requests/index.js') as { requests: { Produce: unknown } }
  expect(requests.Produce).toBe(load('kafkajs/src/protocol/requests/produce/index.js'))
})

test.each([
  ['', 0],
  ['123456789', 0xe3069283],
  ['\0'.repeat(32), 0x8a9136aa],
])('the CRC-32C of %j is that of RFC 3720', (text, expected) => {
  expect(crc32c(Buffer.from(text, 'latin1'))).toBe(expected)
})
