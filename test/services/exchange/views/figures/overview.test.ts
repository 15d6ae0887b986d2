import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../../../../services/kafka/kafka.ts'
import {
  alice,
  datasetOf,
  must,
  permitMessage,
  registerDepartment,
  registerSystem,
} from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const source = uniqueDepartment('licensing')
const reader = uniqueDepartment('planning')
const dataset = `${source}.permit`
const purpose = 'building-permit'
let hub: TestHub
let publisher: Publisher

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, source, datasetOf(source, { title: { zh: '许可证', en: 'Building permit' } }))
  await registerSystem(hub, reader, 'office', ['system', 'steward'])
  const title = { zh: '施工许可', en: 'Permission to build' }
  const requirements = [{ id: 'permit', title, evidence: [[dataset]] }]
  const matter = { title, department: reader, purpose: { code: purpose, title }, requirements }
  await must(hub.call('PUT', `/v1/matters/${purpose}`, 'hub/operator', matter))
  await agree()
  publisher = await hub.kafka.publisher()
  await publisher.publish(`datarun.${dataset}`, [permitMessage(source, { number: 'P-1', sequence: 1 })])
  await eventually(async () => (await hub.database.pool.query('select from record')).rowCount === 1)
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

async function agree() {
  const request = {
    dataset,
    purpose,
    validUntil: new Date(Date.now() + 86_400_000).toISOString(),
    fields: [
      { pointer: '/number', use: 'read' },
      { pointer: '/holder/id', use: 'read' },
    ],
    basis: { type: 'statutory-duty', provision: '《建筑法》第七条' },
    scenario: { zh: '核验', en: 'Checking' },
    method: 'service-interface',
  }
  const { body } = await must(hub.call('POST', '/v1/agreements', `${reader}/office`, request))
  const approved = await must(hub.call('POST', `/v1/agreements/${body.id}/approve`, `${source}/registry`, {}))
  if (approved.body.state === 'approved')
    await must(hub.call('POST', `/v1/agreements/${body.id}/provide`, `${source}/registry`, {}))
}

const pull = (number = '2026-1') =>
  hub.call('POST', '/v1/pulls', `${reader}/office`, {
    matter: purpose,
    subject: { type: 'person', id: alice },
    purpose,
    case: number,
    official: 'u-1',
  })

const ofDataset = ({ datasets }: { datasets: { dataset: string; lag?: number }[] }) =>
  datasets.find(one => one.dataset === dataset)

test('whoever comes sees today’s flows and the papers that nobody carried, and no person', async () => {
  expect((await pull()).status).toBe(200)
  expect((await pull()).status).toBe(200)
  const { body, text } = await eventually(async () => {
    const answer = await hub.call('GET', '/v1/overview')
    return answer.body.flows[0]?.permits === 2 && ofDataset(answer.body)?.lag !== undefined && answer
  })
  expect(body.flows).toEqual([{ from: source, to: reader, permits: 2, refusals: 0 }])
  expect(body.papers.matters).toMatchObject([
    { matter: purpose, title: { en: 'Permission to build' }, today: 1, total: 1 },
  ])
  expect([body.papers.today, body.papers.total]).toEqual([1, 1])
  expect(ofDataset(body)).toMatchObject({ taken: 1, lag: 0 })
  expect(text).not.toContain(alice)
})

test('a steward sees who reads which fields of an own dataset, other departments nothing', async () => {
  const { body } = await must(hub.call('GET', `/v1/datasets/${dataset}/figures`, `${source}/registry`))
  expect(body.days).toMatchObject([{ messages: 1, permits: 2, refusals: 0 }])
  expect(body.consumers).toMatchObject([
    {
      department: reader,
      permits: 2,
      fields: [
        { pointer: '/holder/id', reads: 2 },
        { pointer: '/number', reads: 2 },
      ],
    },
  ])
  expect((await hub.call('GET', `/v1/datasets/${dataset}/figures`, `${reader}/office`)).status).toBe(404)
  expect((await hub.call('GET', `/v1/datasets/${dataset}/figures`)).status).toBe(401)
})

test('who watches is told when something has changed, and let go when the hub stops', async () => {
  const watching = await fetch(`${hub.exchange.address}/v1/overview/events`)
  expect(watching.headers.get('content-type')).toContain('text/event-stream')
  const reading = watching.body!.pipeThrough(new TextDecoderStream()).getReader()
  await pull('2026-2')
  const told = await eventually(async () => {
    const { value = '' } = await reading.read()
    return value.includes('"total":2') && value
  })
  expect(told).toMatch(/^data: \{/m)
  await reading.cancel()
})

test('settings are shown to operators without secrets, and to nobody else', async () => {
  const { body, text } = await must(hub.call('GET', '/v1/settings', 'hub/operator'))
  expect(body.items.find((one: { name: string }) => one.name === 'DATARUN_DATABASE_URL')).toEqual({
    name: 'DATARUN_DATABASE_URL',
    help: expect.any(String),
    secret: true,
  })
  expect(text).not.toContain(hub.environment.DATARUN_DATABASE_URL)
  expect((await hub.call('GET', '/v1/settings', `${reader}/office`)).status).toBe(403)
})
