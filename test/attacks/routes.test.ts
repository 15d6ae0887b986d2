/**
 * Every route of the hub, taken from its own OpenAPI document, so that none can be forgotten: OWASP API1 (objects of
 * others), API2 (no token), API5 (another role's functions), API9 (what the document does not say).
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Api, exampleOf, fillPath, type Operation, plain, readApi } from '../support/api-operations.ts'
import { type AttackedHub, openAttackedHub, publishTo, pullOf } from '../support/attacked-hub.ts'
import { alice, datasetOf, must, permitMessage } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { type AppRoute, listRoutes } from '../support/routes-of-app.ts'

let hub: AttackedHub
let api: Api
let routesOfApp: AppRoute[]

beforeAll(async () => {
  const { made, routes } = await listRoutes(() => openAttackedHub())
  hub = made
  routesOfApp = routes
  api = await readApi(hub)
})
afterAll(() => hub?.close())

const isOpen = ({ security }: Operation) => Array.isArray(security) && security.length === 0
const rolesOf = (operation: Operation) => operation['x-roles'] ?? []

test('nothing is open to everybody but what shows that the hub lives and that its log is whole', () => {
  expect(
    api.operations
      .filter(isOpen)
      .map(({ name }) => name)
      .sort(),
  ).toEqual([
    'GET /healthz',
    'GET /metrics',
    'GET /readyz',
    'GET /v1/access-log',
    'GET /v1/access-log/checkpoint',
    'GET /v1/access-log/consistency',
    'GET /v1/access-log/proof',
    'GET /v1/access-log/tile/{level}/{index}',
    'GET /v1/consent-receipt-keys',
    'GET /v1/overview',
    'GET /v1/overview/events',
  ])
})

test('without a token every other route answers 401', async () => {
  const closed = api.operations.filter(operation => !isOpen(operation))
  expect(closed.length).toBeGreaterThan(50)
  const answers = await Promise.all(
    closed.map(async ({ name, method, path }) => `${name} ${(await hub.call(method, fillPath(path))).status}`),
  )
  expect(answers.filter(answer => !answer.endsWith(' 401'))).toEqual([])
})

const holders = [
  ['operator', () => 'an-operator'],
  ['auditor', () => 'an-auditor'],
  ['citizen', () => 'bob'],
  ['system', () => `${hub.user}/reader`],
] as const

test.each(holders)('a token of role %s is refused by every route that is for others', async (role, holder) => {
  if (role === 'system') await registerReader()
  const others = api.operations.filter(operation => !isOpen(operation) && !rolesOf(operation).includes(role))
  expect(others.length).toBeGreaterThan(5)
  const wrong: string[] = []
  for (const { name, method, path } of others) {
    const answer = await hub.call(method, fillPath(path), holder())
    if (answer.status !== 403 || answer.body.code !== 'NOT_ALLOWED')
      wrong.push(`${name} ${answer.status} ${answer.text}`)
  }
  expect(wrong).toEqual([])
})

/** A system that is nothing else, as the registry of these departments is its steward, too. */
async function registerReader() {
  const { publicKeys } = await hub.issuer.keys.of(`${hub.user}/reader`)
  const system = { title: { zh: '读', en: 'reader' }, jwks: publicKeys, roles: ['system'] }
  await must(hub.call('PUT', `/v1/departments/${hub.user}/systems/reader`, 'hub/operator', system))
}

test('every route of the hub stands in its document, but for pages and what Confluent describes', async () => {
  const listed = new Set(api.operations.map(({ name }) => name))
  const routes = routesOfApp.map(({ name }) => name)
  const elsewhere =
    /^[A-Z]+ \/(openapi\.json|docs|console|favicon\.ico|$|subjects|schemas|compatibility|config|mode|contexts|exporters|associations|v1\/metadata)/
  expect(routes.length).toBeGreaterThan(50)
  expect(routes.filter(route => !listed.has(route) && !elsewhere.test(route))).toEqual([])
  expect([...listed].filter(name => !routes.includes(name))).toEqual([])
})

test('what Confluent describes is as closed as the rest', async () => {
  const confluent = routesOfApp.filter(({ path }) =>
    /^\/(subjects|schemas|compatibility|config|mode|contexts|exporters|associations|v1\/metadata)/.test(path),
  )
  expect(confluent.length).toBeGreaterThan(15)
  const answers = await Promise.all(
    confluent.map(async ({ name, method, path }) => `${name} ${(await hub.call(method, fillPath(path))).status}`),
  )
  expect(answers.filter(answer => !answer.endsWith(' 401'))).toEqual([])
})

test('every route declares what it answers: a good answer, and problem+json for all errors', () => {
  const isProblem = (operation: Operation, status: string) =>
    Object.values(operation.responses[status]?.content ?? {}).some(({ schema }) => schema.$ref?.endsWith('/Problem'))
  const wrong = api.operations.filter(
    operation =>
      !operation.summary ||
      !Object.keys(operation.responses).some(status => /^2/.test(status)) ||
      !isProblem(operation, '4XX') ||
      !isProblem(operation, '5XX'),
  )
  expect(wrong.map(({ name }) => name)).toEqual([])
})

/** The owner of the object that each `{…}` of a path names; `public` is what every caller may know of. */
const publicObjects = [
  'GET /v1/datasets/{id}',
  'GET /v1/datasets/{id}/schemas',
  'GET /v1/datasets/{id}/schemas/{version}',
  'GET /v1/datasets/{id}/evolution',
  'GET /v1/datasets/{id}/figures',
  'GET /v1/matters/{id}/plan',
]

test('an object of others looks like one that is not there, byte by byte, whatever is done to it', async () => {
  const objects = await makeObjects()
  const withId = api.operations.filter(
    operation => operation.path.includes('{') && !isOpen(operation) && !publicObjects.includes(operation.name),
  )
  const strangers = { steward: `${hub.stranger}/registry`, system: `${hub.stranger}/registry`, citizen: 'bob' }
  const wrong: string[] = []
  let compared = 0
  for (const operation of withId) {
    for (const [role, stranger] of Object.entries(strangers)) {
      if (!rolesOf(operation).includes(role)) continue
      const body =
        operation.body && exampleOf(api, operation.body, place => (place === '/department' ? hub.source : undefined))
      const call = (values: Record<string, string | number>) =>
        hub.call(operation.method, fillPath(operation.path, values), stranger, body)
      const existing = objects(operation)
      if (!existing) {
        wrong.push(`${operation.name}: nobody has said whose object this is`)
        continue
      }
      const [theirs, nobodys] = [await call(existing.theirs), await call(existing.nobodys ?? {})]
      compared += 1
      if (theirs.status !== 404 || plain(theirs) !== plain(nobodys)) {
        wrong.push(`${operation.name} as ${role}:\n  ${plain(theirs)}\n  ${plain(nobodys)}`)
      }
    }
  }
  expect(wrong).toEqual([])
  expect(compared).toBeGreaterThan(25)
})

const carol = '110101199003070011'
type Existing = { theirs: Record<string, string | number>; nobodys?: Record<string, string | number> }

/** One object of each kind, none of them the stranger's or Bob's. */
async function makeObjects(): Promise<(operation: Operation) => Existing | undefined> {
  const { dataset, source, user } = hub
  const asSource = `${source}/registry`
  const { id: _id, ...entry } = datasetOf(source, { description: { zh: '变更', en: 'Changed' } })
  const sharing = { type: 'conditional', scope: { zh: '市', en: 'city' }, use: { zh: '用', en: 'use' } }
  const change = await must(
    hub.call('PUT', `/v1/datasets/${dataset}`, asSource, { ...entry, sharing, basis: 'consent' }),
  )
  const wrong = { dataset, key: 'P-1', version: 1, field: '/holder/name', text: 'wrong name' }
  const correction = await must(hub.call('POST', '/v1/me/corrections', 'alice', wrong))
  const representation = await must(
    hub.call('POST', '/v1/representations', `${user}/registry`, {
      kind: 'power-of-attorney',
      subject: { type: 'person', id: alice },
      representative: { type: 'person', id: carol },
      validUntil: '2098-01-01T00:00:00Z',
      evidence: 'counter 7, file 12',
    }),
  )
  const pull = await must(hub.call('POST', '/v1/pulls', `${user}/registry`, pullOf(hub)))
  const rejection = await setAsideOne()
  const kinds: [start: string, theirs: Record<string, string | number>, nobodys?: Record<string, string | number>][] = [
    ['/v1/agreements/', { id: hub.agreement }],
    ['/v1/consents/', { id: hub.consent }],
    ['/v1/representations/', { id: representation.body.id }],
    ['/v1/pulls/', { id: pull.body.pull }],
    ['/v1/catalogue-changes/', { id: change.body.id }],
    ['/v1/datasets/{id}/rejections/', { id: dataset, rejection }, { id: `${hub.stranger}.permit`, rejection }],
    [
      '/v1/datasets/{id}/corrections/',
      { id: dataset, correction: correction.body.id },
      { id: `${hub.stranger}.permit`, correction: correction.body.id },
    ],
    ['/v1/datasets/', { id: dataset, version: 1 }, { id: `${source}.nothing`, version: 1 }],
  ]
  return ({ path }) => {
    const found = kinds.find(([start]) => path.startsWith(start))
    return found && { theirs: found[1], ...(found[2] && { nobodys: found[2] }) }
  }
}

async function setAsideOne(): Promise<number> {
  await publishTo(hub, hub.dataset, [permitMessage(hub.source, { number: 'P-2', sequence: 1, data: { surprise: 1 } })])
  return eventually(async () => {
    const text = 'select id from rejection where dataset = $1'
    return (await hub.database.pool.query(text, [hub.dataset])).rows[0]?.id
  })
}
