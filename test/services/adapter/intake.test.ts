import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createAdapter } from '../../../services/adapter/adapter.ts'
import { readAdapterSettings } from '../../../services/adapter/settings.ts'
import { createLog } from '../../../services/contract/log.ts'
import {
  type Arrived,
  collectTopic,
  createFolder,
  openAdapter,
  permitConfig,
  type TestAdapter,
  type TestFolder,
} from '../../support/adapter.ts'
import { alice, registerDepartment } from '../../support/city-department.ts'
import { eventually } from '../../support/eventually.ts'
import { send, startTestHub, type TestHub } from '../../support/exchange.ts'
import { uniqueDepartment } from '../../support/kafka.ts'

const department = uniqueDepartment('licensing')
const token = 'a-token-of-more-than-32-characters-for-tests'
let hub: TestHub
let folder: TestFolder
let arrived: Arrived
let adapter: TestAdapter
let address: string
let count = 0

const { csv, mapping, event, ...bare } = permitConfig(department)
const config = {
  ...bare,
  intake: {},
  event: { change: { pointer: '/holder/name', codes: { 张三: 'issued', 李四: 'revoked' } } },
}

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
  arrived = await collectTopic(hub, `datarun.${department}.permit`)
  adapter = await openAdapter(config, { ...folder.settings, DATARUN_INTAKE_TOKEN: token })
  address = (await adapter.listen()) as string
})
afterAll(async () => {
  await adapter?.close()
  await arrived?.stop()
  await folder?.remove()
  await hub?.close()
})
beforeEach(() => {
  count += 1
})

const numberOf = (nth: number) => `P-${count}${String(nth).padStart(3, '0')}`
const permit = (nth: number, more = {}) => ({ number: numberOf(nth), holder: { id: alice, name: '张三' }, ...more })
const post = (body: unknown, { type = 'application/json', as = token, query = '' } = {}) =>
  send(`${address}/records${query}`, 'POST', as, body, { 'content-type': type })
const messageOf = (nth: number) => eventually(() => arrived.messages.find(({ key }) => String(key) === numberOf(nth)))

test('one record is answered when Kafka has it, with its key, sequence and id', async () => {
  const { status, body } = await post(permit(1))
  expect(status).toBe(200)
  expect(body).toEqual({
    published: 1,
    refused: 0,
    verdicts: [
      { index: 0, verdict: 'published', key: numberOf(1), sequence: expect.any(Number), id: expect.any(String) },
    ],
  })
  const message = await messageOf(1)
  expect(message.headers.ce_id!.toString()).toBe(body.verdicts[0].id)
  expect(JSON.parse(message.value!.toString())).toEqual(permit(1))
})

test('of a list the good records are published, and each bad one is named by index and place', async () => {
  const canary = { number: 'canary', holder: { id: alice, name: '张三' } }
  const { status, body, text } = await post([permit(1), canary, 7, permit(2, { holder: {} }), permit(3)])
  expect(status).toBe(207)
  expect(body).toMatchObject({ published: 2, refused: 3 })
  expect(body.verdicts).toMatchObject([
    { index: 0, verdict: 'published' },
    { index: 1, verdict: 'refused', code: 'RECORD_INVALID', violations: [{ pointer: '/number', keyword: 'pattern' }] },
    { index: 2, verdict: 'refused', code: 'RECORD_NOT_JSON' },
    { index: 3, verdict: 'refused', violations: [{ pointer: '/holder/id', keyword: 'required' }] },
    { index: 4, verdict: 'published' },
  ])
  expect(text + adapter.log()).not.toContain('canary')
  await messageOf(1)
  await messageOf(3)
})

test('of NDJSON a line that is not JSON spoils that line alone', async () => {
  const lines = [JSON.stringify(permit(1)), '{"number":', '', JSON.stringify(permit(2))]
  const { status, body } = await post(lines.join('\r\n'), { type: 'application/x-ndjson; charset=utf-8' })
  expect(status).toBe(207)
  expect(body.verdicts.map(({ verdict, code }: { verdict: string; code?: string }) => code ?? verdict)).toEqual([
    'published',
    'RECORD_NOT_JSON',
    'published',
  ])
})

test('where no record is good the answer is 422', async () => {
  expect(await post([permit(1, { income: -1 })])).toMatchObject({ status: 422, body: { published: 0, refused: 1 } })
})

test('what happened follows from the record, or from what the sender says of all of them', async () => {
  await post([permit(1, { holder: { id: alice, name: '李四' } }), permit(2)])
  expect((await messageOf(1)).headers.ce_type!.toString()).toBe('datarun.record.revoked')
  expect((await messageOf(2)).headers.ce_type!.toString()).toBe('datarun.record.issued')
  await post(permit(3), { query: '?change=suspended' })
  expect((await messageOf(3)).headers.ce_type!.toString()).toBe('datarun.record.suspended')
  const strange = await post(permit(4, { holder: { id: alice, name: 'nobody' } }))
  expect(strange.body.verdicts[0].violations).toMatchObject([{ pointer: 'header:ce_type', keyword: 'event' }])
  expect(await post(permit(4), { query: '?change=burnt' })).toMatchObject({
    status: 400,
    body: { code: 'BODY_INVALID' },
  })
  expect(await post(permit(4), { query: '?chnage=issued' })).toMatchObject({ status: 400 })
})

test('two changes of a record within a moment keep their order', async () => {
  const { body } = await post([1, 2, 3].map(income => permit(1, { income })))
  const [first, second, third] = body.verdicts.map(({ sequence }: { sequence: number }) => sequence)
  expect(first < second && second < third).toBe(true)
  const record = await eventually(async () => {
    const text = 'select sequence, body from record where dataset = $1 and key = $2'
    const { rows } = await hub.database.pool.query(text, [`${department}.permit`, numberOf(1)])
    return rows[0]?.sequence === third && rows[0]
  })
  expect(record.body.income).toBe(3)
})

test.each([
  ['no token', { as: '' }, permit(1), 401, 'TOKEN_MISSING'],
  ['a wrong token', { as: 'x'.repeat(44) }, permit(1), 401, 'TOKEN_INVALID'],
  ['the token with one character less', { as: token.slice(1) }, permit(1), 401, 'TOKEN_INVALID'],
  ['another content type', { type: 'text/csv' }, 'a,b', 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['no JSON', {}, '{', 400, 'BODY_NOT_JSON'],
  ['an empty list', {}, [], 400, 'BODY_NOT_JSON'],
  ['an empty body', {}, '', 400, 'BODY_NOT_JSON'],
  ['too many records', {}, Array(10_001).fill(1), 413, 'BODY_TOO_LARGE'],
  ['too large a body', {}, JSON.stringify('x'.repeat(9_000_000)), 413, 'BODY_TOO_LARGE'],
])('%s is refused as a whole', async (_, how, body, status, code) => {
  const answer = await post(body, how)
  expect(answer).toMatchObject({ status, body: { code, status, type: `urn:datarun:failure:${code}` } })
})

test('records that pretend are data like any other', async () => {
  const hostile = `[{"failure":"UNAVAILABLE"},{"__proto__":{"polluted":1},"number":"${numberOf(1)}","holder":{"id":"${alice}"}}]`
  const { status, body } = await post(hostile)
  expect(status).toBe(422)
  expect(body.verdicts.map(({ code }: { code: string }) => code)).toEqual(['RECORD_INVALID', 'RECORD_INVALID'])
  expect({}).not.toHaveProperty('polluted')
  const deep = await post('['.repeat(100_000) + ']'.repeat(100_000))
  expect(deep).toMatchObject({
    status: 422,
    body: { verdicts: [{ code: 'RECORD_TOO_DEEP', violations: [{ keyword: 'depth' }] }] },
  })
})

test('a record that would be altered is refused by its place, in a list, alone and in a line; the others are published', async () => {
  const text = (nth: number, members: string) => JSON.stringify(permit(nth)).replace(/}$/, `,${members}}`)
  const records = [
    text(1, '"income":636507967185264641'),
    text(2, '"income":1.50e2'),
    text(3, '"income":1,"income":2'),
    text(4, '"income":"a\\ud800b"'),
  ]
  const expected = [
    { violations: [{ pointer: '/income', keyword: 'number' }] },
    { verdict: 'published' },
    { violations: [{ pointer: '/income', keyword: 'duplicate' }] },
    { code: 'RECORD_UNSTORABLE', violations: [{ pointer: '/income', keyword: 'text' }] },
  ]
  expect((await post(`[${records.join(', ')}]`)).body.verdicts).toMatchObject(expected)
  expect(JSON.parse((await messageOf(2)).value!.toString()).income).toBe(150)
  expect((await post(records.join('\n'), { type: 'application/x-ndjson' })).body.verdicts).toMatchObject(expected)
  expect(await post(records[0])).toMatchObject({ status: 422, body: { verdicts: [expected[0]] } })
})

test('a byte order mark is passed over, and a packed body is told apart from one that is not UTF-8', async () => {
  expect(await post(`\ufeff${JSON.stringify(permit(1))}`)).toMatchObject({ status: 200 })
  const packed = await fetch(`${address}/records`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: new Uint8Array(gzipSync(JSON.stringify(permit(2)))),
  })
  expect([packed.status, ((await packed.json()) as { detail: string }).detail]).toEqual([
    415,
    'Send the body as it is, without a content-encoding.',
  ])
})

test('unknown addresses and methods are refused; health and figures tell nothing personal', async () => {
  expect(await send(`${address}/elsewhere`, 'GET')).toMatchObject({ status: 404, body: { code: 'NOT_FOUND' } })
  expect(await send(`${address}/healthz`, 'GET')).toMatchObject({ status: 200, body: { status: 'ok' } })
  const { text } = await send(`${address}/metrics`, 'GET')
  expect(text).toMatch(`datarun_adapter_records_total{dataset="${department}.permit",outcome="published"}`)
  expect(text).not.toContain(alice)
})

test('an intake without a token does not start', async () => {
  const log = createLog('test', 'silent')
  const outcome = await createAdapter(config, readAdapterSettings(folder.settings), { log })
  expect(outcome).toMatchObject({ failure: 'CONFIG_INVALID', detail: expect.stringContaining('DATARUN_INTAKE_TOKEN') })
  expect(() => readAdapterSettings({ ...folder.settings, DATARUN_INTAKE_TOKEN: 'short' })).toThrow('too short')
})

test('a program publishes records one by one, and says of each what happened and which version it is', async () => {
  const published = await adapter.publisher.publish(permit(1), { change: 'transferred', sequence: 12 })
  expect(published).toMatchObject({ key: numberOf(1), sequence: 12 })
  const { headers } = await messageOf(1)
  expect(headers.ce_type!.toString()).toBe('datarun.record.transferred')
  const again = await adapter.publisher.publish(permit(1), { change: 'transferred', sequence: 12 })
  expect(again).toEqual(published)
  expect(await adapter.publisher.publish({ number: 1 })).toMatchObject({ failure: 'RECORD_INVALID' })
})
