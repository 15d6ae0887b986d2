/** Promise 1 under SIGKILL: offsets and records move in one transaction, so that a death at any moment changes nothing. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../services/kafka/kafka.ts'
import { randomFrom } from '../../services/local/city/random.ts'
import { registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { type ExchangeProcess, startExchangeProcess } from '../support/exchange-process.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { expectRegistryHolds, publishAll, recordStream, takenIn, whenTakenIn } from '../support/record-stream.ts'

const department = uniqueDepartment('killed')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
const seed = 20_261_124
const deaths = 10
/** Deaths fall into this many of the first messages, so that even the last one comes while there is much left to take in. */
const early = 15_000
let hub: TestHub
let publisher: Publisher
let exchange: ExchangeProcess | undefined

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  publisher = await hub.kafka.publisher()
})
afterAll(async () => {
  await exchange?.kill()
  await publisher?.close()
  await hub?.close()
})

/** A group of its own for each life, or every life would wait for Kafka to give up the one before: 6 s each. */
const startLife = (life: number) =>
  startExchangeProcess(hub, { DATARUN_CONSUMER_GROUP: `${hub.environment.DATARUN_CONSUMER_GROUP}-${life}` })

test('an exchange killed ten times while it takes in 20,000 records leaves the registry exactly right', async () => {
  const random = randomFrom(seed)
  const { events, messages } = recordStream(department, { messages: 20_000, seed })
  const published = publishAll(publisher, topic, messages)
  const killedAt: number[] = []
  for (let life = 1; life <= deaths; life++) {
    exchange = await startLife(life)
    const end = ((life - 1 + random.between(20, 80) / 100) * early) / deaths
    await eventually(async () => (await takenIn(hub, topic)) >= end, { timeout: 30_000, every: random.between(1, 10) })
    await exchange.kill()
    killedAt.push(await takenIn(hub, topic))
  }
  expect(killedAt.length).toBe(deaths)
  expect(killedAt.at(-1)).toBeLessThan(messages.length)
  await published
  exchange = await startLife(deaths + 1)
  await whenTakenIn(hub, topic)
  await expectRegistryHolds(hub, dataset, events)
}, 240_000)
