/**
 * The OpenAPI document as generators and validators of other makers read it. Keeps out: operations without a name, or named anew
 * by a release; paths that no client can fill; content types that the hub does not answer.
 */
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { operationIdOf } from '../../../../../services/exchange/platform/http/operation-id.ts'
import { type Api, readApi } from '../../../../support/api-operations.ts'
import { eventually } from '../../../../support/eventually.ts'
import { requirement } from '../../../../support/pull-cases.ts'
import { openPullCity, type PullCity, purpose } from '../../../../support/pull-city.ts'

let city: PullCity
let api: Api
beforeAll(async () => {
  city = await openPullCity()
  api = await readApi(city.hub)
  await city.putMatter([requirement('none', [])])
  await city.pull({ matter: purpose })
})
afterAll(() => city?.close())

test('it is OpenAPI 3.1 to a validator of another maker', async () => {
  const { body } = await city.hub.call('GET', '/openapi.json')
  const validator = new Validator()
  const { valid, errors } = await validator.validate(body)
  expect([valid, validator.version, errors]).toEqual([true, '3.1', undefined])
  const broken = { ...body, paths: { '/v1/x': { get: { summary: 1 } } } }
  expect((await new Validator().validate(broken)).valid).toBe(false)
})

test('every operation has a name of its own that a client can call it by', () => {
  const names = api.operations.map(({ operationId }) => operationId)
  expect(names.filter(name => !/^[a-z][A-Za-z0-9]{2,60}$/.test(name))).toEqual([])
  expect(names.filter((name, at) => names.indexOf(name) !== at)).toEqual([])
})

test('names that clients were generated with stay', () => {
  const known = {
    createPull: 'POST /v1/pulls',
    getPull: 'GET /v1/pulls/{id}',
    listDatasets: 'GET /v1/datasets',
    getDatasetSchema: 'GET /v1/datasets/{id}/schemas/{version}',
    createDatasetSchema: 'POST /v1/datasets/{id}/schemas',
    approveAgreement: 'POST /v1/agreements/{id}/approve',
    grantAgreementExtension: 'POST /v1/agreements/{id}/grant-extension',
    createConsent: 'POST /v1/consents',
    listMyAccesses: 'GET /v1/me/accesses',
    replayDatasetRejection: 'POST /v1/datasets/{id}/rejections/{rejection}/replay',
    putDepartmentSystem: 'PUT /v1/departments/{id}/systems/{system}',
    getAccessLogEntry: 'GET /v1/access-log/entries/{index}',
    searchAccessLog: 'POST /v1/access-log/searches',
    exportAccessLog: 'POST /v1/access-log/exports',
    getAccessLogTile: 'GET /v1/access-log/tile/{level}/{index}',
    getAccessLogBundle: 'GET /v1/access-log/tile/entries/{index}',
    getMe: 'GET /v1/me',
  }
  const named = Object.fromEntries(api.operations.map(({ operationId, name }) => [operationId, name]))
  expect(named).toMatchObject(known)
})

test.each([
  ['GET', '/v1/watch-lists/:list', false, 'getWatchList'],
  ['GET', '/v1/access-log/entries/:index', false, 'getAccessLogEntry'],
  ['POST', '/v1/searches', false, 'createSearch'],
  ['POST', '/v1/cases/:id/events', false, 'createCaseEvent'],
  ['POST', '/v1/notices/:id/acknowledge', false, 'acknowledgeNotice'],
  ['DELETE', '/v1/departments/:id/readers/:reader', false, 'deleteDepartmentReader'],
])('%s %s, a list or not (%s), is %s', (method, url, isList, name) => {
  expect(operationIdOf(method, url, isList)).toBe(name)
})

test('each path has the parameters that it names, and no other sign that a client would have to fill', () => {
  for (const { name, path, parameters = [] } of api.operations) {
    const places = [...path.matchAll(/\{(\w+)\}/g)].map(([, place]) => place)
    const declared = parameters.filter(one => one.in === 'path').map(one => one.name)
    expect([name, declared.toSorted()]).toEqual([name, places.toSorted()])
    expect([name, path.replaceAll(/\{\w+\}/g, '')]).toEqual([name, expect.stringMatching(/^[a-z0-9/-]+$/)])
  }
})

const mediaTypeOf = (headers: { get(name: string): string | null }) => headers.get('content-type')?.split(';')[0]

test('what is not JSON is answered with the content type that the document says', async () => {
  const size = Number((await city.hub.call('GET', '/v1/access-log/checkpoint')).text.split('\n')[1])
  const paths: Record<string, [string, string, unknown?, string?]> = {
    getMetrics: ['GET', '/metrics'],
    getAccessLogCheckpoint: ['GET', '/v1/access-log/checkpoint'],
    getAccessLogTile: ['GET', `/v1/access-log/tile/0/000.p%2F${size}`],
    getAccessLogBundle: ['GET', `/v1/access-log/tile/entries/000.p/${size}`],
    exportAccessLog: ['POST', '/v1/access-log/exports', { kind: 'pull' }],
    createPulls: ['POST', '/v1/pulls/bulk', [{}], city.desk],
  }
  for (const { operationId, responses } of api.operations) {
    const [declared] = Object.keys(responses[200]?.content ?? {})
    if (!declared || declared === 'application/json' || operationId === 'getOverviewEvents') continue
    const [method, path, body, as = 'auditor'] = paths[operationId]!
    const answer = await city.hub.call(method, path, as, body)
    expect([operationId, answer.status, mediaTypeOf(answer.headers)]).toEqual([operationId, 200, declared])
  }
})

test('a stream of events says that it is one, and HEAD of it answers at once and takes no place', async () => {
  const events = api.operations.find(({ operationId }) => operationId === 'getOverviewEvents')!
  expect(Object.keys(events.responses[200]!.content!)).toEqual(['text/event-stream'])
  const path = '/v1/overview/events'
  const { hostname, port } = new URL(city.hub.exchange.address)
  const socket = connect(Number(port), hostname)
  const heard: string[] = []
  socket.on('data', data => heard.push(String(data)))
  /** Three times the places that one address has, one behind the other without waiting. */
  socket.write(`HEAD ${path} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`.repeat(60))
  const answers = await eventually(() => {
    const found = heard.join('').split('\r\n\r\n').filter(Boolean)
    return found.length === 60 ? found : undefined
  })
  for (const answer of answers) expect(answer).toMatch(/^HTTP\/1.1 200 [\s\S]*content-type: text\/event-stream/)
  socket.destroy()
  const stopping = new AbortController()
  const stream = await fetch(`${city.hub.exchange.address}${path}`, { signal: stopping.signal })
  expect([stream.status, mediaTypeOf(stream.headers)]).toEqual([200, 'text/event-stream'])
  stopping.abort()
})
