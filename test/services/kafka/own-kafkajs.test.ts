/** Keeps out: a program that uses an adapter beside its own kafkajs, and finds that patched. */
import { execFileSync } from 'node:child_process'
import { expect, test } from '@jest/globals'

const patched = new URL('../../../services/kafka/patched-kafkajs.ts', import.meta.url).href

/** Of every module of kafkajs that a program has: its exports and the members of its prototypes, as text. */
const program = (before: string) => `
  const { createRequire } = await import('node:module')
  const load = createRequire(${JSON.stringify(new URL(import.meta.url).href)})
  ${before}
  const { Kafka } = load('kafkajs')
  const own = new Kafka({ brokers: ['127.0.0.1:1'] })
  for (const path of ['src/protocol/requests/index.js', 'src/protocol/requests/metadata/index.js', 'src/network/requestQueue/index.js',
    'src/producer/groupMessagesPerPartition.js', 'src/protocol/requests/fetch/v4/decodeMessages.js',
    'src/protocol/recordBatch/record/v0/decoder.js', 'src/protocol/requests/produce/index.js']) load('kafkajs/' + path)
  const shapeOf = (value, depth) => typeof value === 'function'
    ? String(value) + Object.entries(Object.getOwnPropertyDescriptors(value.prototype ?? {})).map(([name, { value, get }]) => name + String(value ?? get))
    : value && typeof value === 'object' && depth < 4
      ? '{' + Object.keys(value).sort().map(key => key + ':' + shapeOf(value[key], depth + 1)) + '}' : String(value)
  const modules = Object.keys(load.cache).filter(path => path.includes('/kafkajs/')).sort()
  process.stdout.write(modules.map(path => path + shapeOf(load.cache[path].exports, 0)).join(' '))`

const run = (before: string) =>
  execFileSync(process.execPath, ['--input-type=module', '-e', program(before)], {
    encoding: 'utf8',
    maxBuffer: 64_000_000,
  })

test('kafkajs as others have it is the same with and without our patches, loaded before and after it', () => {
  const alone = run('')
  expect(alone.split('/kafkajs/').length).toBeGreaterThan(50)
  expect(run(`await import(${JSON.stringify(patched)})`)).toBe(alone)
  expect(run(`load('kafkajs'); await import(${JSON.stringify(patched)})`)).toBe(alone)
})

test('what is patched is patched in our copy', async () => {
  const { kafkajs } = await import('../../../services/kafka/patched-kafkajs.ts')
  const { moduleOf } = await import('../../../services/kafka/own-kafkajs.ts')
  expect(kafkajs.Kafka).toBe((moduleOf('index.js') as typeof kafkajs).Kafka)
  const { versions } = moduleOf('src/protocol/requests/metadata/index.js') as { versions: string[] }
  expect(versions).toContain('10')
})
