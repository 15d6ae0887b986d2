/** PostgreSQL's plug is pulled: nobody is answered without a log entry, nothing is half done, and all goes on by itself. */
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../services/kafka/kafka.ts'
import { asSuperuser } from '../../services/local/databases.ts'
import { alice, permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, startTestHub, type TestHub } from '../support/exchange.ts'
import { type ExchangeProcess, startExchangeProcess } from '../support/exchange-process.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { type OwnPostgres, startOwnPostgres } from '../support/own-postgres.ts'
import { parsedEntries } from '../support/packed-log.ts'
import { expectRegistryHolds, publishAll, recordStream, takenIn, whenTakenIn } from '../support/record-stream.ts'

const department = uniqueDepartment('shaken')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
const permit = (number: number) => ({
  number: `P-${9_000_000 + number}`,
  sequence: 1,
  change: 'issued' as const,
  data: { income: number },
})
const { events, messages } = recordStream(department, { messages: 10_000, seed: 3 })
let postgres: OwnPostgres
let hub: TestHub
let publisher: Publisher
let exchange: ExchangeProcess

beforeAll(async () => {
  postgres = await startOwnPostgres()
  hub = await startTestHub({ own: { database: postgres.database }, environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  await hub.tokenOf(`${department}/registry`)
  publisher = await hub.kafka.publisher()
  exchange = await startExchangeProcess(hub)
}, 120_000)
afterAll(async () => {
  await exchange?.kill()
  await publisher?.close()
  await hub?.close()
  await postgres?.remove()
})

const pull = () =>
  exchange.call('POST', '/v1/pulls', `${department}/registry`, {
    dataset,
    subject: { type: 'person', id: alice },
    purpose: 'own-business',
  })
const isAnswered = async () => (await pull()).status === 200
const isRefused = async () => (await pull()).status === 503

/** Pulls over and over until stopped, with a breath after each refusal; every answer is kept. */
function keepPulling(answers: Answer[]) {
  const state = { stopped: false }
  const loop = async () => {
    while (!state.stopped) {
      const answer = await pull()
      answers.push(answer)
      if (answer.status !== 200) await sleep(50)
    }
  }
  const loops = Promise.all([loop(), loop(), loop()])
  return async () => {
    state.stopped = true
    await loops
  }
}

test('killed while records and pulls flow: 503 and never 500, no answer without its entry, no record lost or doubled', async () => {
  await publisher.publish(topic, [permitMessage(department, permit(1))])
  await eventually(async () => (await pull()).body?.results?.[0]?.records?.length > 0)
  const answers: Answer[] = []
  const stopPulling = keepPulling(answers)
  const published = publishAll(publisher, topic, messages)
  for (const share of [0.1, 0.4]) {
    await eventually(async () => (await takenIn(hub, topic)) > share * messages.length)
    await postgres.kill()
    await eventually(isRefused)
    expect(await exchange.call('GET', '/readyz')).toMatchObject({
      status: 503,
      body: { parts: { postgresql: 'failing', kafka: 'ready' } },
    })
    await postgres.start()
    await eventually(isAnswered)
  }
  await asSuperuser(postgres.urlOf('postgres'), client =>
    client.query(`select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'datarun'`),
  )
  await eventually(isAnswered)
  await stopPulling()
  await published
  await whenTakenIn(hub, topic)

  const odd = answers.filter(({ status }) => status !== 200 && status !== 503)
  expect(odd).toEqual([])
  const refused = answers.filter(({ status }) => status === 503)
  for (const { headers, body } of refused) {
    expect(headers.get('content-type')).toMatch(/^application\/problem\+json/)
    expect(body).toMatchObject({ code: expect.stringMatching(/^(UNAVAILABLE|LOG_UNAVAILABLE)$/), retry: true })
  }
  await expectLogged(answers.filter(({ status }) => status === 200))
  await expectRegistryHolds(hub, dataset, [...events, permit(1)])
  expect(exchange.endings).toEqual([])
})

async function expectLogged(answered: Answer[]) {
  expect(answered.length).toBeGreaterThan(0)
  const rows = await parsedEntries<{ index: number; reference: string; kind: string }>(hub.database.pool)
  expect(rows.map(({ index }) => index)).toEqual(rows.map((_, n) => n))
  const indexes = new Map(rows.filter(({ kind }) => kind === 'pull').map(({ reference, index }) => [reference, index]))
  expect(answered.filter(({ body }) => indexes.get(body.pull) !== body.log.index)).toEqual([])
}

test('what could not be stored when the exchange was stopped is taken in at its next start, though nothing new comes', async () => {
  await postgres.kill()
  await publisher.publish(topic, [permitMessage(department, permit(2))])
  await eventually(async () => (await exchange.log()).includes('a batch could not be stored; retrying'))
  process.kill(exchange.pid!, 'SIGTERM')
  await eventually(() => exchange.endings.length > 0, { timeout: 10_000 })
  expect(exchange.endings).toEqual(['exchange ended (exit code 0)'])
  await postgres.start()
  await exchange.start()
  await whenTakenIn(hub, topic)
  await expectRegistryHolds(hub, dataset, [...events, permit(1), permit(2)])
})
