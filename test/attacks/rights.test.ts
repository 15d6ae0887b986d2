/**
 * A system's key changed through the Confluent API what only stewards may, and a window that only pulls made a nonsense schema
 * the latest version and deleted it for good. One table says who may do what (docs/rights.md); both APIs are held to it.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Right, type Role, rights, roles } from '../../services/contract/role.ts'
import type { Act } from '../../services/exchange/platform/identity/acts.ts'
import { fillPath } from '../support/api-operations.ts'
import { type AttackedHub, openAttackedHub, pullOf } from '../support/attacked-hub.ts'
import { permitSchema, registerSystem } from '../support/city-department.ts'
import type { Answer } from '../support/exchange.ts'
import { parsedEntries } from '../support/packed-log.ts'
import { type AppRoute, listRoutes } from '../support/routes-of-app.ts'
import { registerReader, tokenOfReader } from '../support/schema-reader.ts'

let hub: AttackedHub
let routes: AppRoute[]
/** By role, and for systems by the one right they have. */
let callers: Map<string, { as?: string; authorization?: string; role: Role; right?: Right }>

beforeAll(async () => {
  const listed = await listRoutes(() => openAttackedHub({ DATARUN_INGEST: 'false' }))
  hub = listed.made
  routes = listed.routes.filter(({ access }) => access !== 'anyone')
  callers = new Map([
    ['operator', { as: 'hub/operator', role: 'operator' }],
    ['auditor', { as: 'an-auditor', role: 'auditor' }],
    ['citizen', { as: 'bob', role: 'citizen' }],
    ['steward', { as: await registerSystem(hub, hub.source, 'desk', ['steward'], []), role: 'steward' }],
    ['system', { as: await registerSystem(hub, hub.source, 'none', ['system'], []), role: 'system' }],
  ])
  for (const right of rights) {
    const as = await registerSystem(hub, hub.source, `only-${right}`, ['system'], [right])
    callers.set(`system ${right}`, { as, role: 'system', right })
  }
  const reader = await registerReader(hub, hub.source, 'kafka-ui')
  callers.set('reader', { authorization: `Bearer ${await tokenOfReader(hub, reader)}`, role: 'reader' })
})
afterAll(() => hub?.close())

const stewards = ['operator', 'steward']
const everybody = ['operator', 'auditor', 'citizen', 'steward', 'system', ...rights.map(right => `system ${right}`)]
const allSystems = everybody.filter(caller => caller.startsWith('system'))

/** The table once more, by hand: whoever changes it has to mean it. */
const table: Record<Act, string[]> = {
  'see-oneself': everybody,
  'read-catalogue': everybody,
  'read-schemas': [...everybody, 'reader'],
  pull: ['system pull'],
  'ask-for-agreement': ['steward', 'system pull'],
  'step-agreement': [...stewards, 'system pull'],
  'read-agreements': [...stewards, 'auditor', ...allSystems],
  'read-worklist': [...stewards, ...allSystems],
  'handle-consent': ['steward', 'citizen', 'system consents'],
  'list-consents': ['steward', 'system consents'],
  'register-representation': ['steward'],
  'end-representation': ['steward', 'citizen'],
  'own-affairs': ['citizen'],
  'check-record': [...stewards, 'system publish'],
  'read-rejections': [...stewards, 'system publish'],
  'replay-rejections': stewards,
  'skip-unreadable': ['operator'],
  'reset-sequence': stewards,
  'read-corrections': stewards,
  'answer-correction': ['steward'],
  'register-schema': [...stewards, 'system schemas'],
  'rule-schema': stewards,
  'delete-schema': stewards,
  'rule-all-schemas': ['operator'],
  'enter-dataset': stewards,
  'name-code-exception': ['steward'],
  'read-changes': [...stewards, 'auditor'],
  'publish-change': ['operator'],
  'withdraw-change': ['steward'],
  'find-repeat-collection': [...stewards, 'auditor'],
  'read-figures': stewards,
  'read-ledger': [...stewards, 'auditor'],
  'read-access-log': ['auditor'],
  'check-log-index': ['operator', 'auditor'],
  'register-department': ['operator'],
  'register-system': ['operator'],
  'register-reader': ['operator'],
  'read-systems': ['operator', 'auditor'],
  'enter-matter': ['operator'],
  operate: ['operator'],
}

const isTurnedAway = ({ status, text }: Answer) => status === 403 && text.includes('This call is for: ')

test('the doors of both APIs let in exactly whom the table names, for every route, role and right', async () => {
  expect(routes.length).toBeGreaterThan(90)
  expect(new Set([...callers.values()].map(({ role }) => role))).toEqual(new Set(roles))
  const wrong: string[] = []
  for (const { name, method, path, access } of routes) {
    for (const [who, { as, authorization }] of callers) {
      const headers: Record<string, string> = authorization ? { authorization } : {}
      const isLetIn = !isTurnedAway(await hub.call(method, fillPath(path), as, undefined, headers))
      if (isLetIn !== table[access as Act].includes(who)) wrong.push(`${name}: ${who} ${isLetIn ? 'in' : 'out'}`)
    }
  }
  expect(wrong).toEqual([])
})

test('every act of the table is the act of a route', () => {
  expect([...new Set(routes.map(({ access }) => access))].sort()).toEqual(Object.keys(table).sort())
})

test('what both APIs can do is the same act in both', () => {
  const actOf = (name: string) => routes.find(route => route.name === name)?.access
  const pairs = [
    ['POST /v1/datasets/{id}/schemas', 'POST /subjects/{subject}/versions'],
    ['POST /v1/datasets/{id}/schemas', 'POST /compatibility/subjects/{subject}/versions'],
    ['POST /v1/datasets/{id}/schemas', 'POST /compatibility/subjects/{subject}/versions/{version}'],
    ['PUT /v1/datasets/{id}/evolution', 'PUT /config/{subject}'],
    ['PUT /v1/datasets/{id}/evolution', 'DELETE /config/{subject}'],
    ['PUT /v1/datasets/{id}/evolution', 'PUT /mode/{subject}'],
    ['GET /v1/datasets/{id}/schemas', 'GET /subjects/{subject}/versions'],
    ['GET /v1/datasets/{id}/schemas/{version}', 'GET /subjects/{subject}/versions/{version}'],
  ]
  expect(pairs.filter(([own, theirs]) => actOf(own!) === undefined || actOf(own!) !== actOf(theirs!))).toEqual([])
})

test('a window that only pulls can neither add, rule nor delete a schema, and nothing has changed', async () => {
  const window = await registerSystem(hub, hub.source, 'window', ['system'], ['pull'])
  const subject = `datarun.${hub.dataset}-value`
  const nonsense = { schemaType: 'JSON', schema: JSON.stringify({ type: 'object', properties: {} }) }
  const read = async () => (await hub.call('GET', `/subjects/${subject}/versions/latest`, 'hub/operator')).text
  const before = await read()
  for (const [method, path, body] of [
    ['PUT', `/config/${subject}`, { compatibility: 'NONE' }],
    ['DELETE', `/config/${subject}`],
    ['PUT', `/mode/${subject}`, { mode: 'READONLY' }],
    ['POST', `/subjects/${subject}/versions`, nonsense],
    ['POST', `/v1/datasets/${hub.dataset}/schemas`, { schema: permitSchema(hub.source) }],
    ['DELETE', `/subjects/${subject}/versions/latest`],
    ['DELETE', `/subjects/${subject}?permanent=true`],
  ] as const) {
    const answer = await hub.call(method, path, window, body)
    expect([method, path, answer.status]).toEqual([method, path, 403])
  }
  expect(await read()).toBe(before)
})

test('a right is in force with the answer that gives it and gone with the answer that takes it', async () => {
  const pull = async (as: string) => (await hub.call('POST', '/v1/pulls', as, pullOf(hub))).body.code
  const give = (held: Right[]) => registerSystem(hub, hub.user, 'counter', ['system'], held)
  const counter = await give([])
  expect(await pull(counter)).toBe('NOT_ALLOWED')
  await give(['pull'])
  expect(await pull(counter)).not.toBe('NOT_ALLOWED')
  await give(['publish'])
  expect(await pull(counter)).toBe('NOT_ALLOWED')
})

test('a system made inactive is refused at once, although its token is good for minutes', async () => {
  const system = await registerSystem(hub, hub.user, 'retired')
  expect((await hub.call('GET', '/v1/me', system)).status).toBe(200)
  const { publicKeys } = await hub.issuer.keys.of(system)
  const entry = { title: { zh: '旧', en: 'old' }, jwks: publicKeys, rights: ['pull'], active: false }
  await hub.call('PUT', `/v1/departments/${hub.user}/systems/retired`, 'hub/operator', entry)
  const answer = await hub.call('GET', '/v1/me', system)
  expect([answer.status, answer.body.code]).toEqual([401, 'TOKEN_INVALID'])
})

test('what a system was given stands in its entry, in the list of systems and in the access log', async () => {
  const system = await registerSystem(hub, hub.user, 'listed', ['system'], ['publish', 'consents'])
  const listed = await hub.call('GET', '/v1/systems?limit=200', 'hub/operator')
  expect(listed.body.items.find(({ id }: { id: string }) => id === system).rights).toEqual(['publish', 'consents'])
  const logged = await parsedEntries(hub.database.pool, 'catalogue')
  expect(logged.at(-1)!.content).toMatchObject({ id: system, rights: ['publish', 'consents'] })
})
