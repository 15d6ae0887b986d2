/**
 * Kafka's own producer packs records as it likes; the fault kept out is that kafkajs stops all intake, for good, at what it
 * cannot unpack. On the hub's own topics the broker unpacks; on topics that others made, or changed, batches arrive as packed.
 */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zstdCompressSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import { kafkaHome } from '../../services/local/places.ts'
import { alice, permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { openTopicTools, type TopicTools } from '../support/topic-admin.ts'

const department = uniqueDepartment('packed')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let tools: TopicTools
let java: string

beforeAll(async () => {
  java = (await readFile(join(kafkaHome, 'java'), 'utf8')).trim()
  hub = await startTestHub()
  await registerDepartment(hub, department)
  tools = await openTopicTools(hub.environment.DATARUN_KAFKA_BROKERS!.split(','))
})
afterAll(async () => {
  await tools?.close()
  await hub?.close()
})

/** Headers, key and value; the name is long, so that there is something to gain. */
function lineOf(number: string): string {
  const data = { number, holder: { id: alice, name: `张三${'甲乙丙'.repeat(40)}` } }
  const { headers, key, value } = permitMessage(department, { number, sequence: 1, data })
  const pairs = Object.entries(headers).map(pair => pair.join('='))
  return [pairs.join(';'), key, value].join('\t')
}

/** `org.apache.kafka.tools.ConsoleProducer`: a line on its standard input is a message. */
async function produce(codec: string, ...numbers: string[]): Promise<void> {
  const properties = ['parse.headers=true', 'headers.delimiter=\t', 'headers.separator=;', 'headers.key.separator==']
  const options = ['parse.key=true', 'key.separator=\t', ...properties].flatMap(pair => ['--reader-property', pair])
  await new Promise<void>((resolve, reject) => {
    const producer = execFile(
      java,
      [
        ...[
          '-Xmx128m',
          '-XX:+UseSerialGC',
          '-XX:TieredStopAtLevel=1',
          '-Dorg.slf4j.simpleLogger.defaultLogLevel=error',
        ],
        ...['-cp', join(kafkaHome, 'libs', '*'), 'org.apache.kafka.tools.ConsoleProducer'],
        ...['--bootstrap-server', hub.environment.DATARUN_KAFKA_BROKERS!, '--topic', `datarun.${dataset}`],
        ...['--compression-codec', codec, ...options],
      ],
      { env: {} },
      (error, _out, complaint) =>
        error || /error/i.test(complaint) ? reject(error ?? new Error(complaint)) : resolve(),
    )
    producer.stdin?.end(numbers.map(number => `${lineOf(number)}\n`).join(''))
  })
}

test.each(['gzip', 'snappy', 'lz4', 'zstd'])('a record that its department packs with %s is taken in', async codec => {
  const number = `P-${['gzip', 'snappy', 'lz4', 'zstd'].indexOf(codec) + 1}`
  await produce(codec, number)
  const { body } = await eventually(async () => {
    const { rows } = await hub.database.pool.query('select body from record where dataset = $1 and key = $2', [
      dataset,
      number,
    ])
    return rows[0]
  })
  expect(body).toMatchObject({ number, holder: { name: expect.stringContaining('张三') } })
})

const keysOf = (prefix: number, count: number) => Array.from({ length: count }, (_, n) => `P-${prefix * 1_000 + n}`)
const isStored = async (...keys: string[]) => {
  const text = 'select from record where dataset = $1 and key = any($2)'
  return (await hub.database.pool.query(text, [dataset, keys])).rowCount === keys.length
}
const asProducersLike = () =>
  tools.admin.alterConfigs({
    validateOnly: false,
    resources: [
      {
        type: kafkajs.ConfigResourceTypes.TOPIC,
        name: topic,
        configEntries: [{ name: 'compression.type', value: 'producer' }],
      },
    ],
  })

test.each(['gzip', 'snappy', 'lz4', 'zstd'])(
  'on a topic that keeps batches as packed, those of %s are taken in',
  async codec => {
    await asProducersLike()
    const keys = keysOf(1 + ['gzip', 'snappy', 'lz4', 'zstd'].indexOf(codec), 100)
    await produce(codec, ...keys)
    await eventually(() => isStored(...keys))
  },
)

/** A batch that its producer calls zstd; every record of it is fine but one, of 40 MB of zeros. */
async function sendBomb() {
  const codecs = kafkajs.CompressionCodecs as unknown as Record<number, () => object>
  codecs[kafkajs.CompressionTypes.ZSTD] = () => ({
    compress: async ({ buffer }: { buffer: Buffer }) => zstdCompressSync(buffer),
  })
  const bomb = { ...permitMessage(department, { number: 'P-6000', sequence: 1 }), value: Buffer.alloc(40_000_000) }
  await tools.send(topic, [{ ...bomb, partition: 0 }], kafkajs.CompressionTypes.ZSTD)
}

test('a batch that cannot be unpacked stops its partition alone, is named, and is skipped where an operator says so', async () => {
  await asProducersLike()
  const on = (partition: number, number: string) => ({
    ...permitMessage(department, { number, sequence: 1 }),
    partition,
  })
  await tools.send(topic, [on(0, 'P-5001')])
  await sendBomb()
  await tools.send(topic, [on(0, 'P-5002'), on(1, 'P-5003')])
  await eventually(() => isStored('P-5001', 'P-5003'))
  const readiness = await eventually(async () => {
    const found = await hub.call('GET', '/readyz')
    return found.status === 503 && found
  })
  const still = { dataset, partition: 0, because: 'unreadable-batch', seconds: expect.any(Number) }
  expect(readiness.body).toMatchObject({ parts: { ingest: 'failing', kafka: 'ready' }, standing: [still] })
  const metrics = await hub.call('GET', '/metrics')
  expect(metrics.text).toContain(`datarun_ingest_standing_still{dataset="${dataset}",because="unreadable-batch"} 1`)
  expect(metrics.text).toContain(`datarun_ingest_lag_messages{dataset="${dataset}",partition="0"} 2`)
  await tools.send(topic, [on(1, 'P-5004')])
  await eventually(() => isStored('P-5004'))
  expect(await isStored('P-5002')).toBe(false)
  expect(hub.log()).toContain('a batch cannot be unpacked: its partition stands still')

  const path = `/v1/datasets/${dataset}/rejections`
  const { body } = await hub.call('GET', path, `${department}/registry`)
  const [noted] = body.items
  expect(body.items.filter(({ code }: { code: string }) => code === 'BATCH_UNREADABLE').length).toBe(1)
  expect(noted).toMatchObject({ code: 'BATCH_UNREADABLE', detail: expect.stringContaining('zstd') })
  expect(await hub.call('POST', `${path}/${noted.id}/replay`, 'hub/operator')).toMatchObject({ status: 409 })
  expect(await hub.call('POST', `${path}/${noted.id}/skip`, `${department}/registry`)).toMatchObject({ status: 403 })
  expect(await hub.call('POST', `${path}/${noted.id}/skip`, 'hub/operator')).toMatchObject({ status: 200 })
  await eventually(() => isStored('P-5002'))
  expect(await hub.call('POST', `${path}/${noted.id}/skip`, 'hub/operator')).toMatchObject({ status: 409 })
  await eventually(async () => (await hub.call('GET', '/readyz')).status === 200)
})

/** The newest rejection of a batch that cannot be unpacked, other than `before`. */
const notedAfter = (before: number) =>
  eventually(
    async () => {
      const { body } = await hub.call('GET', `/v1/datasets/${dataset}/rejections`, `${department}/registry`)
      const found = body.items.find(({ code }: { code: string }) => code === 'BATCH_UNREADABLE')
      return found && found.id > before && (found.id as number)
    },
    { timeout: 30_000 },
  )

test('where the topic was made anew and its batch at the same place cannot be unpacked either, it is noted and can be skipped', async () => {
  const anew = async () => {
    await tools.makeAnew(topic)
    await asProducersLike()
    await sendBomb()
  }
  const { rows } = await hub.database.pool.query('select max(id) as last from rejection')
  await anew()
  const first = await notedAfter(rows[0].last)
  await anew()
  const second = await notedAfter(first)
  await tools.send(topic, [{ ...permitMessage(department, { number: 'P-7001', sequence: 1 }), partition: 0 }])
  const path = `/v1/datasets/${dataset}/rejections/${second}/skip`
  expect(await hub.call('POST', path, 'hub/operator')).toMatchObject({ status: 200 })
  await eventually(() => isStored('P-7001'), { timeout: 30_000 })
})
