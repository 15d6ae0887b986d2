/** Processes of the hub that come and go while records and pulls flow: nothing is lost, doubled, or left half done. */
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../services/kafka/kafka.ts'
import { alice, permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { type ExchangeProcess, startExchangeProcess } from '../support/exchange-process.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { parsedEntries } from '../support/packed-log.ts'
import { expectRegistryHolds, publishAll, recordStream, takenIn, whenTakenIn } from '../support/record-stream.ts'

const department = uniqueDepartment('restless')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
const own = { number: 'P-9000001', sequence: 1, change: 'issued' as const, data: { income: 7 } }
let hub: TestHub
let publisher: Publisher
const running: ExchangeProcess[] = []

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  publisher = await hub.kafka.publisher()
})
afterEach(async () => {
  await Promise.all(running.splice(0).map(exchange => exchange.kill()))
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

async function start(): Promise<ExchangeProcess> {
  const exchange = await startExchangeProcess(hub)
  running.push(exchange)
  return exchange
}

async function pullsLogged(): Promise<number> {
  return (await parsedEntries(hub.database.pool, 'pull')).length
}

/** Pulls over and over on connections that are kept, until the address answers no more. Counts the answers. */
async function pullUntilGone({ address }: ExchangeProcess, token: string): Promise<number> {
  const body = JSON.stringify({ dataset, subject: { type: 'person', id: alice }, purpose: 'own-business' })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  for (let answered = 0; ; answered++) {
    const answer = await fetch(`${address}/v1/pulls`, { method: 'POST', headers, body }).catch(() => undefined)
    if (!answer || answer.status === 503) return answered
    expect(await answer.json()).toMatchObject({ results: [{ decision: 'permit' }], log: { index: expect.any(Number) } })
  }
}

test('SIGTERM under load: every pull that was decided is answered, the exit code is 0, and no record is lost', async () => {
  const exchange = await start()
  const token = await hub.tokenOf(`${department}/registry`)
  const { events, messages } = recordStream(department, { messages: 8_000, seed: 4 })
  await publisher.publish(topic, [permitMessage(department, own)])
  const published = publishAll(publisher, topic, messages)
  const pulling = Promise.all(Array.from({ length: 16 }, () => pullUntilGone(exchange, token)))
  await eventually(async () => (await takenIn(hub, topic)) > 1_000 && (await pullsLogged()) > 10)
  process.kill(exchange.pid!, 'SIGTERM')
  const answered = (await pulling).reduce((sum, n) => sum + n, 0)
  await eventually(() => exchange.endings.length > 0, { timeout: 10_000 })
  expect(exchange.endings).toEqual(['exchange ended (exit code 0)'])
  expect(answered).toBe(await pullsLogged())

  await published
  await start()
  await whenTakenIn(hub, topic)
  await expectRegistryHolds(hub, dataset, [...events, own])
})

test('a second process that joins, leaves, freezes and wakes up again while records are taken in changes nothing', async () => {
  const other = uniqueDepartment('restless')
  await registerDepartment(hub, other)
  const otherTopic = `datarun.${other}.permit`
  const { events, messages } = recordStream(other, { messages: 12_000, seed: 5 })
  const thirds = [0, 1, 2].map(n => messages.slice(n * 4_000, (n + 1) * 4_000))
  const first = await start()

  const published = publishAll(publisher, otherTopic, thirds[0]!)
  const second = await start()
  await published
  await Promise.all([publishAll(publisher, otherTopic, thirds[1]!), second.stop()])
  await second.start()

  // Frozen, it cannot know that the group gives its share to the other; awake again it goes on with what it had in hand.
  const rest = publishAll(publisher, otherTopic, thirds[2]!)
  await eventually(async () => (await takenIn(hub, otherTopic)) > 8_100)
  process.kill(first.pid!, 'SIGSTOP')
  await rest
  await whenTakenIn(hub, otherTopic)
  process.kill(first.pid!, 'SIGCONT')
  await publisher.publish(otherTopic, [permitMessage(other, own)])
  await whenTakenIn(hub, otherTopic)
  await expectRegistryHolds(hub, `${other}.permit`, [...events, own])
})
