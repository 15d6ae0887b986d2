/**
 * The route of pulls writes its answers itself, without the serializer that would hold them to the schema. So every kind of answer
 * is asked for here, and held to it, as is every answer to a pull in all other tests (test/support/pull-answers.ts).
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import type { Dataset } from '../../../../services/exchange/law/catalogue/dataset.ts'
import { alice, bob, must } from '../../../support/city-department.ts'
import { creditCodeOf } from '../../../support/credit-code.ts'
import { holdPullAnswer, membersIn, membersOfAnswer } from '../../../support/pull-answers.ts'
import { both, requirement } from '../../../support/pull-cases.ts'
import { openPullCity, type PullCity, person, purpose, takeConsent } from '../../../support/pull-city.ts'

let city: PullCity
let deeds: Dataset
let marriages: Dataset
let closed: Dataset
let withheld: Dataset
let firms: Dataset
let silent: Dataset
const seen = new Set<string>()
const carol = '110101198001010010'

beforeAll(async () => {
  city = await openPullCity()
  const organisations = [{ type: 'organisation' as const, id: '/holder/id', role: 'holder' }]
  deeds = await city.addSource()
  marriages = await city.addSource()
  closed = await city.addSource()
  withheld = await city.addSource({ sharing: { type: 'withheld', law: '《测试法》第二条' } })
  firms = await city.addSource({ subjects: organisations })
  silent = await city.addSource()
  const verified = { pointer: '/income', use: 'verify' }
  await city.agree(deeds.id, { dataLife: 'P30D', fields: [{ pointer: '/number', use: 'read' }, verified] })
  await city.agree(silent.id)
  await city.agree(marriages.id, { basis: { type: 'consent' } })
  await takeConsent(city, [marriages.id])
  await city.store(deeds.id, { key: 'D-1', about: [alice, bob] }, { key: 'D-2' }, { key: 'D-3' })
  await city.store(marriages.id, { key: 'M-1' })
})
afterAll(() => city?.close())

/** The city holds the answer to its schema. */
async function pull(body: JsonObject): Promise<JsonObject> {
  const answer = await must(city.pull(body))
  for (const member of membersIn(answer.body)) seen.add(member)
  return answer.body
}

async function pullFor(sets: string[][], more: JsonObject = {}, about: object = {}): Promise<void> {
  await city.putMatter([requirement('proof', sets, about)])
  await pull({ matter: purpose, ...more })
}

test('every kind of answer is as its schema says, and no member of the schema was left out', async () => {
  await pull({ dataset: deeds.id, limit: 1 })
  await pull({ dataset: deeds.id, receipt: false, held: [{ dataset: deeds.id, key: 'D-1', version: 1 }] })
  for (const id of [alice, carol])
    await pull({ dataset: deeds.id, subject: person(id), verify: [{ field: '/income', equals: 1 }] })
  await pull({ dataset: marriages.id })
  const others = [[withheld.id], [closed.id], [marriages.id], [firms.id]]
  const subject = person(carol)
  await pullFor([[deeds.id], [silent.id], ...others.slice(0, 3)], { subject })
  await pullFor([[silent.id], [deeds.id], ...others.slice(1)], { subject })
  for (const set of others) await pullFor([set], { subject })
  await pullFor([[deeds.id]], { subject: { type: 'organisation', id: creditCodeOf('a-firm') } })
  await pullFor([[deeds.id]])
  await pullFor([[marriages.id]], { held: [{ dataset: marriages.id, key: 'M-1', version: 1 }] })
  await pullFor([[deeds.id]], {}, { single: true })
  await pullFor([[deeds.id], [marriages.id]], {}, { askWhich: true })
  const kinds = [
    { id: 'married', title: both('Married'), type: 'boolean' as const },
    { id: 'rooms', title: both('Rooms'), type: 'number' as const },
    {
      id: 'use',
      title: both('Use'),
      type: 'choice' as const,
      choices: ['home', 'work'].map(id => ({ id, title: both(id) })),
    },
  ]
  const when = [kinds.map(({ id, type }) => ({ fact: id, equals: { boolean: true, number: 1, choice: 'home' }[type] }))]
  await city.putMatter([requirement('proof', [[deeds.id]], { when })], { facts: kinds })
  await pull({ matter: purpose })
  await pull({ matter: purpose, facts: { married: false, rooms: 2, use: 'work' } })
  expect([...membersOfAnswer()].filter(member => !seen.has(member))).toEqual([])
})

test.each([
  ['a refusal', () => city.pull({ dataset: closed.id }), 403],
  ['a body that is none', () => city.pull({ dataset: 7 }), 400],
  ['a cursor of somebody else', () => city.pull({ dataset: deeds.id, cursor: 'x' }), 400],
  ['a subject that is none', () => city.pull({ dataset: deeds.id, subject: person('1') }), 422],
  ['no token', () => city.hub.call('POST', '/v1/pulls', undefined, {}), 401],
])('what is answered to %s is a problem in both languages, as its schema says', async (_, ask, status) => {
  const answer = await ask()
  expect([answer.status, answer.headers.get('content-type')]).toEqual([
    status,
    expect.stringMatching(/^application\/problem\+json/),
  ])
  expect(answer.body).toMatchObject({ title: expect.any(String), titleZh: expect.stringMatching(/[\u4e00-\u9fff]/) })
})

test('an answer with a member too many is noticed', async () => {
  const { status, body } = await city.pull({ dataset: deeds.id })
  const [result] = body.results
  const told = { ...body, results: [{ ...result, bases: [] }] }
  expect(() => holdPullAnswer('POST', '/v1/pulls', { status, body: told })).toThrow('/results/0')
})

test('a pull has the id of its request, and no caller chooses it', async () => {
  const headers = { 'request-id': 'chosen', 'x-request-id': 'chosen' }
  const ask = { dataset: closed.id, subject: person(alice), purpose }
  const { body } = await city.hub.call('POST', '/v1/pulls', city.desk, ask, headers)
  expect(body.pull).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
  expect(body.request).toBe(body.pull)
})
