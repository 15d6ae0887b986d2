/**
 * Settings were accepted and dropped: compatibilityPolicy, metadata, alias, a misspelt FORWRD. What is sent is kept, or refused by
 * its place: every body and every query of both APIs is closed.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Role } from '../../services/contract/role.ts'
import { type Act, whoMay } from '../../services/exchange/platform/identity/acts.ts'
import { type Api, exampleOf, fillPath, type Operation, readApi } from '../support/api-operations.ts'
import { type AttackedHub, openAttackedHub } from '../support/attacked-hub.ts'
import { datasetOf } from '../support/city-department.ts'
import { type AppRoute, listRoutes } from '../support/routes-of-app.ts'

let hub: AttackedHub
let api: Api
let routes: AppRoute[]

beforeAll(async () => {
  const listed = await listRoutes(() => openAttackedHub({ DATARUN_INGEST: 'false' }))
  hub = listed.made
  api = await readApi(hub)
  routes = listed.routes.filter(({ path }) => !/^\/($|docs|console|healthz|readyz|metrics|favicon)/.test(path))
})
afterAll(() => hub?.close())

const refusesAll = ({ path }: AppRoute) => path === '/exporters' || path === '/associations'
const isConfluent = ({ path }: AppRoute) =>
  /^\/(subjects|schemas|compatibility|config|mode|contexts|exporters|associations|v1\/metadata)/.test(path)

function callerFor({ access }: AppRoute): string | undefined {
  if (access === 'anyone') return undefined
  const system = `${hub.user}/registry`
  const holders: Partial<Record<Role, string>> = {
    operator: 'hub/operator',
    auditor: 'an-auditor',
    citizen: 'alice',
    steward: system,
    system,
  }
  return holders[whoMay(access as Act).roles[0]!]
}

type Node = { type?: string; additionalProperties?: unknown; description?: string } & Record<string, unknown>

/** Places of a schema whose objects would take a member that nobody has declared. */
function openPlaces(schema: unknown, place = ''): string[] {
  if (typeof schema !== 'object' || schema === null) return []
  const { type, additionalProperties, ...rest } = schema as Node
  const isOpen = type === 'object' && additionalProperties !== false && !isMap(schema as Node)
  const inner = Object.entries(rest).flatMap(([key, member]) => openPlaces(member, `${place}/${key}`))
  return isOpen ? [place || '/', ...inner] : inner
}

/** An object whose names are the caller's: a record, a schema, a map of texts. */
const isMap = ({ additionalProperties, patternProperties, properties }: Node) =>
  patternProperties !== undefined ||
  (additionalProperties !== undefined && Object.keys((properties as object) ?? {}).length === 0)

test('every body and every query is closed, at every depth', () => {
  const open = routes.flatMap(({ name, schema }) =>
    (['body', 'querystring'] as const).flatMap(part =>
      openPlaces(schema[part]).map(place => `${name} ${part} ${place}`),
    ),
  )
  expect(routes.length).toBeGreaterThan(90)
  expect(open).toEqual([])
})

/** Values of a path that its own schema takes: they are checked before bodies. */
const valuesOf = (operation: Operation | undefined) =>
  Object.fromEntries(
    (operation?.parameters ?? [])
      .filter(parameter => parameter.in === 'path')
      .map(({ name, schema }) => [name, String(exampleOf(api, schema))]),
  )

test('a parameter that a route does not know is refused by its name, whatever the route', async () => {
  const taken: string[] = []
  let named = 0
  for (const route of routes) {
    const path = fillPath(route.path, valuesOf(api.operations.find(({ name }) => name === route.name)))
    const { status, text } = await hub.call(route.method, `${path}?surprise=1`, callerFor(route))
    // Without its body or what else it needs, a route says that first.
    if (status !== (isConfluent(route) ? 422 : 400)) taken.push(`${route.name} ${status} ${text}`)
    if (text.includes('/surprise')) named += 1
  }
  expect(taken).toEqual([])
  expect(named).toBeGreaterThan(60)
})

function bodyFor(route: AppRoute, operation: Operation | undefined): object {
  if (/\/config(\/|$)/.test(route.path)) return { compatibility: 'FULL' }
  if (/\/mode(\/|$)/.test(route.path)) return { mode: 'READWRITE' }
  if (isConfluent(route)) return { schemaType: 'JSON', schema: '{}' }
  return exampleOf(api, operation!.body!) as object
}

/** With a member that nobody knows; of a list, in its first item. */
const surprised = (body: object): object =>
  Array.isArray(body) ? [{ ...body[0], surprise: 1 }] : { ...body, surprise: 1 }

/** A list is answered line by line. */
function ofFirstItem(lines: string) {
  const { status, problem } = JSON.parse(lines.split('\n')[0]!)
  return { status, body: problem, text: lines }
}

test('a member that a body does not know is refused by its place, on every route that takes one', async () => {
  const wrong: string[] = []
  let asked = 0
  for (const route of routes.filter(one => one.method !== 'GET' && !refusesAll(one))) {
    const operation = api.operations.find(({ name }) => name === route.name)
    const takesBody = route.schema.body !== undefined
    const sent = surprised(takesBody ? bodyFor(route, operation) : {})
    const path = fillPath(route.path, valuesOf(operation))
    const answer = await hub.call(route.method, path, callerFor(route), sent)
    const { body, status, text } = Array.isArray(sent) ? ofFirstItem(answer.text) : answer
    asked += 1
    const isRefused = isConfluent(route)
      ? status === 422 && body.message.includes(takesBody ? '/surprise' : 'takes no body')
      : status === 400 && body.code === 'BODY_INVALID' && body.pointer === (takesBody ? '/surprise' : '')
    if (!isRefused) wrong.push(`${route.name} ${status} ${text}`)
  }
  expect(wrong).toEqual([])
  expect(asked).toBeGreaterThan(40)
})

test.each([
  ['compatibilityPolicy', 'LAX'],
  ['compatibilityGroup', 'application.version'],
  ['alias', 'another-subject'],
  ['defaultRuleSet', { domainRules: [] }],
  ['validateFields', true],
])(
  'Confluent: a setting of %s that the hub does not keep is refused by name and changes nothing',
  async (name, value) => {
    const path = `/config/datarun.${hub.dataset}-value`
    const answer = await hub.call('PUT', path, 'hub/operator', { compatibility: 'NONE', [name]: value })
    expect([answer.status, answer.body.error_code]).toEqual([422, 42203])
    expect(answer.body.message).toContain(`/${name}`)
    expect((await hub.call('GET', path, 'hub/operator')).status).toBe(404)
  },
)

test.each([
  ['metadata', { properties: { owner: 'x' } }, 42201],
  ['ruleSet', { domainRules: [] }, 42201],
  ['compatibility', 'FORWRD', 42201],
  ['version', 7, 42205],
])(
  'Confluent: %s with a schema is refused by name, and null, as clients send it, is as good as nothing',
  async (name, value, code) => {
    const subject = `/subjects/datarun.${hub.dataset}-value`
    const { body: latest } = await hub.call('GET', `${subject}/versions/latest`, 'hub/operator')
    const register = (more: object) =>
      hub.call('POST', `${subject}/versions?normalize=true`, 'hub/operator', {
        schemaType: 'JSON',
        schema: latest.schema,
        ...more,
      })
    const refused = await register({ [name]: value })
    expect([refused.status, refused.body.error_code]).toEqual([422, code])
    expect(refused.body.message).toContain(`/${name}`)
    if (name !== 'compatibility') expect((await register({ [name]: null, references: [] })).body).toEqual(latest)
  },
)

test('a compatibility mode that is none is refused in a catalogue entry, too', async () => {
  const { id, ...entry } = datasetOf(hub.source, { compatibility: 'FORWRD' as 'FORWARD' })
  const answer = await hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry)
  expect(answer).toMatchObject({ status: 400, body: { code: 'BODY_INVALID', pointer: '/compatibility' } })
})
