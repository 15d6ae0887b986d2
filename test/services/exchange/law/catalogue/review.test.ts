import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { datasetOf, registerSystem } from '../../../../support/city-department.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

const steward = 'taxation/data-office'
const other = 'housing/data-office'
const operator = 'hub/operator'
let hub: TestHub

beforeAll(async () => {
  hub = await startTestHub()
  await registerSystem(hub, 'taxation', 'data-office', ['system', 'steward'])
  await registerSystem(hub, 'housing', 'data-office', ['system', 'steward'])
})
afterAll(() => hub.close())

const propose = (name: string, more: object = {}, who = steward) => {
  const { id: _, ...entry } = datasetOf('taxation')
  return hub.call('PUT', `/v1/datasets/taxation.${name}`, who, { ...entry, ...more })
}
const step = (id: string, name: string, who: string, body: object = {}) =>
  hub.call('POST', `/v1/catalogue-changes/${id}/${name}`, who, body)
const standing = async (name: string) => (await hub.call('GET', `/v1/datasets/taxation.${name}`, steward)).status

test('what a steward sends is reviewed, and stands in the catalogue only once the authority publishes it', async () => {
  const { status, body } = await propose('first')
  expect([status, body.state, body.clock.duty, body.clock.remaining]).toEqual([202, 'in-review', 'review', 2])
  expect(await standing('first')).toBe(404)
  const work = await hub.call('GET', '/v1/worklist', operator)
  expect(work.body.items).toContainEqual(expect.objectContaining({ change: body.id, task: 'review' }))
  expect((await step(body.id, 'publish', steward)).body.code).toBe('NOT_ALLOWED')
  expect((await step(body.id, 'publish', operator)).body).toMatchObject({ state: 'published', answeredBy: operator })
  expect(await standing('first')).toBe(200)
  expect((await step(body.id, 'publish', operator)).body.code).toBe('STATE_CONFLICT')
  expect((await propose('first')).status).toBe(200)
})

test('a change is returned with a reason or withdrawn, and one at a time is in review', async () => {
  const first = await propose('second')
  expect((await propose('second', { securityLevel: 4 })).body.code).toBe('STATE_CONFLICT')
  expect((await step(first.body.id, 'return', operator)).body.code).toBe('BODY_INVALID')
  const returned = await step(first.body.id, 'return', operator, { reason: '数据项不完整' })
  expect(returned.body).toMatchObject({ state: 'returned', reason: '数据项不完整' })
  const second = await propose('second')
  expect((await step(second.body.id, 'withdraw', steward)).body.state).toBe('withdrawn')
  expect(await standing('second')).toBe(404)
})

test('an unlawful change is refused at once, with the article', async () => {
  const { body } = await propose('third', { sharing: { type: 'withheld' } })
  expect(body).toMatchObject({ code: 'CATALOGUE_UNLAWFUL', pointer: '/sharing/law' })
  expect(body.detail).toMatch(/^Order 809, Art 14–15/)
})

test('to another department a change does not exist', async () => {
  const { body } = await propose('fourth')
  expect((await hub.call('GET', `/v1/catalogue-changes/${body.id}`, other)).status).toBe(404)
  expect((await step(body.id, 'withdraw', other)).status).toBe(404)
  expect((await propose('fifth', {}, other)).status).toBe(404)
  const own = await hub.call('GET', '/v1/catalogue-changes?state=in-review', steward)
  expect(own.body.items.map((item: { id: string }) => item.id)).toEqual([body.id])
  expect((await hub.call('GET', '/v1/catalogue-changes', other)).body.items).toEqual([])
})

test('the authority publishes its own changes at once', async () => {
  expect((await propose('sixth', {}, operator)).status).toBe(200)
  expect(await standing('sixth')).toBe(200)
})

test('each step is in the access log', async () => {
  type Step = { caller: string; code?: string; content: { noun: string; step?: string } }
  const all = await parsedEntries<Step>(hub.database.pool, 'catalogue')
  const steps = all.filter(({ content }) => content.noun === 'dataset-change')
  expect(steps.slice(0, 4).map(({ caller, code, content }) => [caller, content.step ?? 'propose', code])).toEqual([
    [steward, 'propose', undefined],
    [operator, 'publish', undefined],
    [operator, 'publish', 'STATE_CONFLICT'],
    [steward, 'propose', undefined],
  ])
})
