import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { roles } from '../../../../../services/contract/role.ts'
import { lookAtIssuers } from '../../../../../services/exchange/views/operation/issuers.ts'
import type { Publisher } from '../../../../../services/kafka/kafka.ts'
import { permitMessage, registerDepartment, registerSystem } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
/** A second issuer that the hub trusts, at which nobody listens. */
const silent = 'http://127.0.0.1:1'
const citizens = { roles: ['citizen' as const], departments: [] }
let hub: TestHub
let publisher: Publisher

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  await registerSystem(hub, department, 'silent')
  publisher = await hub.kafka.publisher()
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

type Known = { id: string; published: { records: number }[] }

const systemsNow = async () => {
  const { body } = await hub.call('GET', '/v1/systems?limit=200', 'hub/operator')
  return new Map<string, Known>((body.items as Known[]).map(one => [one.id, one]))
}

test('an operator sees what a system published last, by its own clock and by the hub’s, and what it may sign with', async () => {
  const topic = `datarun.${dataset}`
  const [first, second] = [1, 2].map(sequence => permitMessage(department, { number: 'P-1', sequence }))
  await publisher.publish(topic, [first!])
  await publisher.publish(topic, [second!])
  const known = await eventually(async () => {
    const found = (await systemsNow()).get(`${department}/registry`)
    return found?.published[0]?.records === 2 && found
  })
  const { publicKeys } = await hub.issuer.keys.of(`${department}/registry`)
  expect(known).toMatchObject({
    department,
    active: true,
    keys: publicKeys.keys.map(({ kid, crv }) => ({ kid, crv })),
    published: [{ dataset, records: 2, eventTime: new Date(second!.headers.ce_time!).toISOString() }],
  })
})

test('a record that was rejected does not count as published', async () => {
  const bad = permitMessage(department, { number: 'P-9', sequence: 1, data: { surprise: 1 } })
  await publisher.publish(`datarun.${dataset}`, [bad])
  await eventually(async () => (await hub.database.pool.query('select from rejection')).rowCount === 1)
  const known = (await systemsNow()).get(`${department}/registry`)
  expect(known?.published).toMatchObject([{ records: 2 }])
})

test('of a system that has published nothing and called nothing, the hub says just that', async () => {
  const known = (await systemsNow()).get(`${department}/silent`)
  expect(known?.published).toEqual([])
  expect(known).not.toHaveProperty('lastCall')
})

test('systems come page by page, each once', async () => {
  const first = await hub.call('GET', '/v1/systems?limit=1', 'hub/operator')
  const second = await hub.call('GET', `/v1/systems?limit=200&cursor=${first.body.next}`, 'hub/operator')
  const ids = [...first.body.items, ...second.body.items].map(({ id }: { id: string }) => id)
  expect(ids).toEqual([`${department}/registry`, `${department}/silent`])
})

test('an issuer whose keys cannot be read is named as failing', async () => {
  const answer = await hub.call('GET', '/v1/issuers', 'hub/operator')
  expect(answer.body.items).toEqual([
    { issuer: hub.issuer.issuer, state: 'ready', keys: expect.any(Number), roles: [...roles], departments: ['*'] },
  ])

  expect(await lookAtIssuers([{ issuer: silent, jwksUrl: `${silent}/jwks`, ...citizens }])).toEqual([
    { issuer: silent, state: 'failing', keys: 0, ...citizens },
  ])
})

test('a department’s own system sees neither systems nor issuers', async () => {
  for (const path of ['/v1/systems', '/v1/issuers'])
    expect((await hub.call('GET', path, `${department}/registry`)).status).toBe(403)
})
