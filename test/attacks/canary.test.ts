/**
 * Personal data stays where it belongs: canaries (an id, a name, an income) are planted in records, bad records, pulls,
 * consents and malformed requests, and then looked for in everything an operator or a stranger could read.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../services/kafka/kafka.ts'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const department = uniqueDepartment('canary')
const dataset = `${department}.permit`
const system = `${department}/registry`
const canaryId = '310115199003079986'
const brokenId = '310115199003079987'
const canaryName = '金丝雀卡纳利'
const canaryIncome = 737_373_737
const canaries = [canaryId, brokenId, canaryName, String(canaryIncome)]

let hub: TestHub
let publisher: Publisher
const errorBodies: string[] = []

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_LOG_LEVEL: 'trace' } })
  await registerDepartment(hub, department)
  publisher = await hub.kafka.publisher()
  await plantInRecords()
  await plantInRequests()
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

async function plantInRecords() {
  const holder = { id: canaryId, name: canaryName }
  const good = permitMessage(department, { number: 'P-1', sequence: 1, data: { holder, income: canaryIncome } })
  const bad = [
    permitMessage(department, { number: 'P-2', sequence: 1, data: { holder: { id: brokenId, name: canaryName } } }),
    permitMessage(department, { number: 'P-3', sequence: 1, data: { holder, [canaryName]: canaryIncome } }),
    permitMessage(department, { number: 'P-4', sequence: 1, data: { holder, income: `${canaryIncome}` } }),
    { ...permitMessage(department, { number: 'P-5', sequence: 1 }), value: `{"holder":{"id":"${canaryId}",` },
    permitMessage(department, { number: 'P-1', sequence: 1, id: 'another', data: { holder, income: canaryIncome } }),
  ]
  await publisher.publish(`datarun.${dataset}`, [good, ...bad])
  await eventually(async () => {
    const { rows } = await hub.database.pool.query('select count(*)::int as count from rejection where dataset = $1', [
      dataset,
    ])
    return rows[0].count === bad.length
  })
}

async function plantInRequests() {
  const subject = { type: 'person', id: canaryId }
  const pull = { dataset, subject, purpose: 'nothing-known', case: '1', official: 'u-1' }
  const attempts: [string, string, unknown][] = [
    ['POST', '/v1/pulls', { ...pull, subject: { type: 'person', id: brokenId } }],
    ['POST', '/v1/pulls', { ...pull, [canaryName]: canaryId }],
    ['POST', '/v1/pulls', { ...pull, dataset: 'nobody.nothing' }],
    ['POST', '/v1/pulls', `{"subject": {"id": "${canaryId}"`],
    ['POST', '/v1/pulls', { ...pull, fields: [`/${canaryName}/${canaryIncome}`] }],
    [
      'POST',
      '/v1/consents',
      {
        subject,
        purpose: 'nothing-known',
        datasets: [{ dataset, fields: ['/income'] }],
        validUntil: '2030-01-01T00:00:00Z',
      },
    ],
    [
      'POST',
      `/v1/datasets/${dataset}/validate`,
      { record: { number: 'P-9', holder: { id: brokenId, name: canaryName }, income: `${canaryIncome}` } },
    ],
    ['PUT', `/v1/departments/${department}`, { title: { zh: canaryName, en: canaryId }, creditCode: canaryId }],
  ]
  for (const [method, path, body] of attempts) keepError(await hub.call(method, path, system, body))
  await hub.call('POST', '/v1/pulls', system, pull)
  keepError(await hub.call('POST', '/v1/pulls', undefined, pull))
}

const keepError = (answer: Answer) => {
  if (answer.status >= 400 || answer.body?.valid === false) errorBodies.push(answer.text)
}

const found = (place: string) => canaries.filter(canary => place.includes(canary))

test('the canaries are where they belong: in the registry and in the source’s own rejections', async () => {
  const { rows } = await hub.database.pool.query('select body from record where dataset = $1', [dataset])
  expect(found(JSON.stringify(rows))).toEqual([canaryId, canaryName, String(canaryIncome)])
})

test('no line of the operators’ log holds one, at the most talkative level', () => {
  expect(hub.log().split('\n').length).toBeGreaterThan(3)
  expect(found(hub.log())).toEqual([])
})

test('no error body repeats what was sent', () => {
  expect(errorBodies.length).toBeGreaterThanOrEqual(7)
  expect(errorBodies.flatMap(found)).toEqual([])
})

test('no metric, and no list of rejections, holds one', async () => {
  const metrics = await hub.call('GET', '/metrics')
  const rejections = await hub.call('GET', `/v1/datasets/${dataset}/rejections`, system)
  expect(rejections.body.items).toHaveLength(5)
  expect([...found(metrics.text), ...found(rejections.text)]).toEqual([])
})

test('the copy on the rejected topic has one in its value only, never in key or headers', async () => {
  const seen: string[] = []
  const consumption = await hub.kafka.consume({
    groupId: `check-${department}`,
    topics: [`datarun.${dataset}.rejected`],
    handle: async ({ messages }) => {
      for (const { headers, key } of messages)
        seen.push(
          JSON.stringify({
            key: String(key),
            headers: Object.entries(headers).map(([name, value]) => [name, String(value)]),
          }),
        )
      return 'done'
    },
  })
  await eventually(() => seen.length >= 5)
  await consumption.stop()
  expect(seen.flatMap(found)).toEqual([])
})
