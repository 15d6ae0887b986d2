/** Kafka's own producer packs records as it likes; kafkajs would stop for good at all of it but gzip. */
import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { kafkaHome } from '../../services/local/places.ts'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const department = uniqueDepartment('packed')
const dataset = `${department}.permit`
let hub: TestHub
let java: string

beforeAll(async () => {
  java = (await readFile(join(kafkaHome, 'java'), 'utf8')).trim()
  hub = await startTestHub()
  await registerDepartment(hub, department)
})
afterAll(async () => {
  await hub?.close()
})

/** `org.apache.kafka.tools.ConsoleProducer`: a line on its standard input is headers, key and value. */
async function produce(codec: string, number: string): Promise<void> {
  const { headers, key, value } = permitMessage(department, { number, sequence: 1 })
  const line = [
    Object.entries(headers)
      .map(pair => pair.join('='))
      .join(';'),
    key,
    value,
  ].join('\t')
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
    producer.stdin?.end(`${line}\n`)
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
  expect(body).toMatchObject({ number, holder: { name: '张三' } })
})
