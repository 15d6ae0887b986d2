import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../../services/contract/log.ts'
import { connectKafka } from '../../../services/kafka/kafka.ts'
import {
  collectTopic,
  createFolder,
  openAdapter,
  permitConfig,
  permitHeader,
  permitRow,
  type TestAdapter,
  type TestFolder,
} from '../../support/adapter.ts'
import type { TestKafka } from '../../support/backend.ts'
import { alice, registerDepartment } from '../../support/city-department.ts'
import { eventually } from '../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../support/exchange.ts'
import { startOwnKafka, uniqueDepartment } from '../../support/kafka.ts'

const department = uniqueDepartment('licensing')
let hub: TestHub
let broker: TestKafka
let folder: TestFolder
let adapter: TestAdapter

beforeAll(async () => {
  hub = await startTestHub()
  broker = await startOwnKafka('none')
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
})
afterAll(async () => {
  await adapter?.close()
  await folder?.remove()
  await broker?.remove()
  await hub?.close()
})

test('while Kafka is away files wait and single records are told so; then every row arrives', async () => {
  const kafka = connectKafka({ brokers: broker.brokers, clientId: 'test', log: createLog('test', 'silent') })
  const topic = `datarun.${department}.permit`
  const admin = await kafka.admin()
  await admin.createTopics([{ name: topic, partitions: 2 }])
  await admin.close()
  const arrived = await collectTopic({ kafka }, topic)

  const rows = 20_000 // twenty batches, so that the outage comes in the middle
  const lines = Array.from({ length: rows }, (_, number) => permitRow(number))
  await folder.write('permits.csv', [permitHeader, ...lines], { modified: new Date(1e12) })
  const settings = { ...folder.settings, DATARUN_KAFKA_BROKERS: broker.brokers.join(',') }
  let done = 0
  let killed: Promise<void> | undefined
  adapter = await openAdapter(permitConfig(department), settings, state => {
    done = state.rows
    if (arrived.messages.length > 0) killed ??= broker.kill()
  })
  const watching = adapter.watchFiles()
  await eventually(() => killed !== undefined)
  await killed
  const single = { number: 'P-99999', holder: { id: alice } }
  expect(await adapter.publisher.publish(single, { change: 'issued' })).toMatchObject({ failure: 'UNAVAILABLE' })
  expect(done).toBeLessThan(rows)

  await broker.start()
  await eventually(() => done === rows, { timeout: 60_000 })
  expect(await adapter.publisher.publish(single, { change: 'issued' })).toMatchObject({ key: 'P-99999' })
  await adapter.close()
  await watching
  await eventually(() => new Set(arrived.keys()).size === rows + 1)
  await arrived.stop()
}, 120_000)
