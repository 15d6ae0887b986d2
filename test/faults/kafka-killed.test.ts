/** Kafka's plug is pulled: pulls go on, and once it is back records flow again, none of them lost or doubled. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import type { Publisher } from '../../services/kafka/kafka.ts'
import type { TestKafka } from '../support/backend.ts'
import { alice, permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { startExchangeProcess } from '../support/exchange-process.ts'
import { startOwnKafka, uniqueDepartment } from '../support/kafka.ts'
import { expectRegistryHolds, recordStream, whenTakenIn } from '../support/record-stream.ts'

const department = uniqueDepartment('cut-off')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
const marker = { number: 'P-9000001', sequence: 1, change: 'issued' as const, data: { income: 7 } }
let kafka: TestKafka
let hub: TestHub
let publisher: Publisher

beforeAll(async () => {
  kafka = await startOwnKafka('none')
  hub = await startTestHub({ own: { kafka } })
  await registerDepartment(hub, department)
  publisher = await hub.kafka.publisher()
}, 120_000)
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
  await kafka?.remove()
})

const readiness = async () => (await hub.call('GET', '/readyz')).body
const pullOwn = () =>
  hub.call('POST', '/v1/pulls', `${department}/registry`, {
    dataset,
    subject: { type: 'person', id: alice },
    purpose: 'own-business',
  })
const isStored = async (number: string) => {
  const { rowCount } = await hub.database.pool.query('select from record where dataset = $1 and key = $2', [
    dataset,
    number,
  ])
  return rowCount === 1
}

/** Resolves when every message is acknowledged: what was refused is sent again, as a department does. Counts refusals. */
async function publishWhatever(portions: OutgoingMessage[][]): Promise<number> {
  const outcomes = await Promise.allSettled(portions.map(portion => publisher.publish(topic, portion)))
  const refused = portions.filter((_, n) => outcomes[n]!.status === 'rejected')
  return refused.length === 0 ? 0 : refused.length + (await publishWhatever(refused))
}

test('while Kafka is down readiness names it and pulls are answered; within 10 s of its return records flow, none lost', async () => {
  const { events, messages } = recordStream(department, { messages: 6_000, seed: 11 })
  const portions = Array.from({ length: 60 }, (_, n) => messages.slice(n * 100, (n + 1) * 100))
  await eventually(async () => (await readiness()).ready)
  const published = publishWhatever(portions)
  await eventually(async () => (await pullOwn()).body?.results?.[0]?.records?.length > 0)

  await kafka.kill()
  const red = await eventually(async () => (await readiness()).ready === false && readiness())
  expect(red).toMatchObject({ parts: { postgresql: 'ready', kafka: 'failing' } })
  expect(await pullOwn()).toMatchObject({ status: 200, body: { results: [{ decision: 'permit' }] } })
  expect(await hub.call('GET', '/healthz')).toMatchObject({ status: 200 })

  await kafka.start()
  const another = await hub.kafka.publisher()
  await another.publish(topic, [permitMessage(department, marker)])
  await eventually(() => isStored(marker.number), { timeout: 10_000 })
  await another.close()
  await published
  await eventually(async () => (await readiness()).ready)
  await whenTakenIn(hub, topic)
  await expectRegistryHolds(hub, dataset, [...events, marker])
})

test('an exchange that is stopped while Kafka is down ends in good order', async () => {
  const exchange = await startExchangeProcess(hub)
  await kafka.kill()
  process.kill(exchange.pid!, 'SIGTERM')
  await eventually(() => exchange.endings.length > 0, { timeout: 10_000 })
  expect(exchange.endings).toEqual(['exchange ended (exit code 0)'])
  await kafka.start()
})
