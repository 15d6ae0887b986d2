import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../../services/contract/canonical-json.ts'
import {
  datasetOf,
  must,
  permitSchema,
  registerDepartment,
  registerSystem,
} from '../../../../../support/city-department.ts'
import { startTestHub, type TestHub } from '../../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../../support/kafka.ts'

const department = uniqueDepartment('permits')
const own = `${department}/registry`
const subject = `datarun.${department}.permit-value`
const versions = `/subjects/${subject}/versions`
const mediaType = 'application/vnd.schemaregistry.v1+json'
let hub: TestHub
let stranger: string

beforeAll(async () => {
  const both = (text: string) => ({ zh: text, en: text })
  const people = [
    { id: 'alice', name: both('Alice'), about: both('citizen'), roles: ['citizen' as const] },
    { id: 'auditor', name: both('Auditor'), about: both('auditor'), roles: ['auditor' as const] },
  ]
  hub = await startTestHub({ people })
  await registerDepartment(hub, department)
  stranger = await registerSystem(hub, uniqueDepartment('others'), 'registry', ['system', 'steward'])
})
afterAll(() => hub?.close())

const schema: JsonObject = permitSchema(department)
const withProperties = (properties: JsonObject): JsonObject => ({
  ...schema,
  properties: { ...(schema.properties as JsonObject), ...properties },
})
const wrap = (one: unknown, more: JsonObject = {}) => ({ schemaType: 'JSON', schema: JSON.stringify(one), ...more })
const ask = async (method: string, path: string, body?: unknown, as = own) => {
  const answer = await hub.call(method, path, as, body, body === undefined ? {} : { 'content-type': mediaType })
  return { ...answer, says: [answer.status, answer.body] }
}
const error = (status: number, error_code: number) => [status, { error_code, message: expect.any(String) }]

test.each(['const', 'enum', 'minimum', 'multipleOf', 'default', 'examples'])(
  'a number under %s that no double keeps is refused by its place, by both APIs',
  async keyword => {
    const value = keyword === 'enum' || keyword === 'examples' ? '[636507967185264641]' : '636507967185264641'
    const text = JSON.stringify(withProperties({ odd: { [keyword]: 'here' } })).replace('"here"', value)
    const place = `/properties/odd/${keyword}${value.startsWith('[') ? '/0' : ''} is a number that cannot be kept exactly`
    const confluent = await ask('POST', versions, { schemaType: 'JSON', schema: text })
    expect(confluent.says).toEqual([422, { error_code: 42201, message: expect.stringContaining(place) }])
    const own = await fetch(`${hub.exchange.address}/v1/datasets/${department}.permit/schemas`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${await hub.tokenOf(`${department}/registry`)}`,
        'content-type': 'application/json',
      },
      body: `{"schema":${text}}`,
    })
    expect([own.status, ((await own.json()) as { detail: string }).detail]).toEqual([
      400,
      expect.stringContaining(`/schema${place}`),
    ])
  },
)

test('what the hub has registered is there, under the subject of its topic', async () => {
  expect((await ask('GET', '/subjects')).body).toContain(subject)
  expect((await ask('GET', versions)).says).toEqual([200, [1]])
  const latest = await ask('GET', `${versions}/latest`)
  expect(latest.body).toMatchObject({ subject, version: 1, schemaType: 'JSON', id: expect.any(Number) })
  expect(JSON.parse(latest.body.schema)).toEqual(schema)
  expect(latest.headers.get('content-type')).toBe(mediaType)
  const { id } = latest.body
  expect(JSON.parse((await ask('GET', `/schemas/ids/${id}`)).body.schema)).toEqual(schema)
  expect((await ask('GET', `/schemas/ids/${id}/schema`)).body).toEqual(schema)
  expect((await ask('GET', `/schemas/ids/${id}/versions`)).body).toEqual([{ subject, version: 1 }])
  expect((await ask('GET', `/schemas/ids/${id}/subjects`)).body).toEqual([subject])
  expect((await ask('GET', `${versions}/1/schema`)).body).toEqual(schema)
  expect((await ask('GET', '/schemas/types')).body).toEqual(['JSON'])
})

test.each(['true', 'True', 'TRUE'])('a truth value in a query is read in any letter case: %s', async truth => {
  const first = (await ask('GET', `${versions}/1?deleted=${truth}`)).body
  expect((await ask('POST', `${versions}?normalize=${truth}`, wrap(schema))).says).toEqual([200, first])
  expect((await ask('GET', `/subjects?subjectPrefix=${truth}`)).says).toEqual([200, []])
  expect((await ask('GET', '/subjects?deleted=maybe')).status).toBe(422)
})

test('registering is idempotent, refuses what loses records, and takes what does not', async () => {
  const first = (await ask('GET', `${versions}/1`)).body
  const { id } = first
  expect((await ask('POST', versions, wrap(schema))).says).toEqual([200, first])
  const reordered = Object.fromEntries(Object.entries(schema).reverse())
  expect((await ask('POST', `${versions}?normalize=true`, wrap(reordered))).says).toEqual([200, first])
  const refused = await ask('POST', versions, wrap(withProperties({ income: { type: 'string' } })))
  expect(refused.says).toEqual(error(409, 409))
  expect(refused.body.message).toContain('/properties/income/type')
  const added = await ask('POST', versions, wrap(withProperties({ remark: { type: 'string' } })))
  expect(added.status).toBe(200)
  expect(added.body.id).toBeGreaterThan(id)
  expect((await ask('POST', `/subjects/${subject}`, wrap(schema))).body).toMatchObject({ subject, version: 1, id })
  expect((await ask('POST', `/subjects/${subject}`, wrap({ type: 'object' }))).says).toEqual(error(404, 40403))
})

test('every refusal has the code that clients know', async () => {
  const cases: [string, string, unknown, number, number][] = [
    ['GET', '/subjects/no.such-value/versions', undefined, 404, 40401],
    ['GET', `${versions}/99`, undefined, 404, 40402],
    ['GET', `${versions}/zero`, undefined, 422, 42202],
    ['GET', `${versions}/0`, undefined, 422, 42202],
    ['GET', '/schemas/ids/999999', undefined, 404, 40403],
    ['POST', versions, { schema: '{"type": "record"}' }, 422, 42201],
    ['POST', versions, wrap({ $async: true }), 422, 42201],
    ['POST', versions, { schemaType: 'JSON', schema: 'no json' }, 422, 42201],
    ['PUT', `/config/${subject}`, { compatibility: 'SIDEWAYS' }, 422, 42203],
    ['PUT', `/mode/${subject}`, { mode: 'IMPORTANT' }, 422, 42204],
    ['GET', `/config/${subject}`, undefined, 404, 40408],
    ['GET', `/mode/${subject}`, undefined, 404, 40409],
    ['PUT', '/config', { compatibility: 'NONE' }, 403, 403],
  ]
  for (const [method, path, body, status, code] of cases) {
    expect([method, path, (await ask(method, path, body)).says]).toEqual([method, path, error(status, code)])
  }
  const anonymous = await hub.call('GET', '/subjects')
  expect([anonymous.status, anonymous.body.error_code]).toEqual([401, 401])
})

test('Basic and Bearer credentials carry the same token, and neither carries a wrong one', async () => {
  const list = (authorization: string) => hub.call('GET', '/subjects', undefined, undefined, { authorization })
  const token = await hub.tokenOf(own)
  const basic = (password: string) => `Basic ${Buffer.from(`anyone:${password}`).toString('base64')}`
  expect((await list(`Bearer ${token}`)).body).toContain(subject)
  expect((await list(basic(token))).body).toContain(subject)
  for (const wrong of [basic('secret'), basic(''), 'Basic ???', basic(`${token}x`), `Bearer ${token}x`]) {
    const answer = await list(wrong)
    expect([wrong.slice(0, 9), answer.status, answer.body.error_code]).toEqual([wrong.slice(0, 9), 401, 401])
    expect(answer.text).not.toContain(token)
  }
})

test('a steward of the department may write and rule, a system register with its right alone, citizens and auditors nothing', async () => {
  const calls = async (as: string) => {
    const answers = await Promise.all([
      ask('POST', versions, wrap(schema), as),
      ask('PUT', `/config/${subject}`, { compatibility: 'NONE' }, as),
      ask('DELETE', `${versions}/99`, undefined, as),
    ])
    return answers.map(({ body, status }) => body.error_code ?? status)
  }
  const system = await registerSystem(hub, department, 'intake', ['system'])
  const registering = await registerSystem(hub, department, 'registering', ['system'], ['schemas'])
  const steward = await registerSystem(hub, department, 'desk', ['steward'])
  expect(await calls(system)).toEqual([403, 403, 403])
  expect(await calls(registering)).toEqual([200, 403, 403])
  expect(await calls(steward)).toEqual([200, 200, 40402])
  await ask('DELETE', `/config/${subject}`)
  expect(await calls('alice')).toEqual([403, 403, 403])
  expect(await calls('auditor')).toEqual([403, 403, 403])
})

test("another department's subject looks exactly like a missing one to whoever would write", async () => {
  const answers = async (name: string) => {
    const calls = [
      ask('POST', `/subjects/${name}/versions`, wrap(schema), stranger),
      ask('DELETE', `/subjects/${name}`, undefined, stranger),
      ask('DELETE', `/subjects/${name}/versions/1`, undefined, stranger),
      ask('PUT', `/config/${name}`, { compatibility: 'NONE' }, stranger),
      ask('PUT', `/mode/${name}`, { mode: 'READONLY' }, stranger),
    ]
    const found = await Promise.all(calls)
    return found.map(({ status, text }) => [status, text.replaceAll(name, 'NAME')])
  }
  const theirs = await answers(subject)
  expect(theirs).toEqual(await answers('datarun.no.such-value'))
  expect(new Set(theirs.map(([status]) => status))).toEqual(new Set([404]))
})

describe('compatibility', () => {
  const path = `/compatibility/subjects/${subject}/versions`
  test('is told against a version, with the reasons if asked', async () => {
    const good = wrap(withProperties({ remark: { type: ['string', 'null'] } }))
    expect((await ask('POST', `${path}/latest`, good)).says).toEqual([200, { is_compatible: true }])
    const bad = wrap(withProperties({ remark: { type: 'string', maxLength: 3 } }))
    expect((await ask('POST', `${path}/latest`, bad)).says).toEqual([200, { is_compatible: false }])
    const verbose = await ask('POST', `${path}/latest?verbose=true`, bad)
    expect(verbose.body).toEqual({
      is_compatible: false,
      messages: [expect.stringMatching(/^MAX_LENGTH_ADDED at \/properties\/remark\/maxLength .*Shown by \{/)],
    })
    expect((await ask('POST', `${path}/1`, bad)).says).toEqual([200, { is_compatible: true }])
    expect((await ask('POST', path, bad)).body.is_compatible).toBe(false)
    expect((await ask('POST', `${path}/77`, bad)).says).toEqual(error(404, 40402))
    expect((await ask('POST', `${path}/latest`, wrap({ $async: true }))).says).toEqual(error(422, 42201))
    const older = wrap({ ...withProperties({}), $schema: 'http://json-schema.org/draft-07/schema#', dependencies: {} })
    const { status, body } = await ask('POST', `${path}/latest`, older)
    // Clients show the message: it ends with the schema that would be taken.
    const { converted } = JSON.parse(String(body.message).replace(/^.*?(?=\{"converted")/s, ''))
    expect([status, body.error_code, converted.$schema]).toEqual([
      422,
      42201,
      'https://json-schema.org/draft/2020-12/schema',
    ])
    expect((await ask('POST', '/compatibility/subjects/no.such-value/versions/latest', good)).says).toEqual(
      error(404, 40401),
    )
  })

  test('follows the mode of the subject, or of the hub', async () => {
    expect((await ask('GET', '/config')).body).toEqual({ compatibilityLevel: 'BACKWARD' })
    expect((await ask('PUT', `/config/${subject}`, { compatibility: 'full_transitive' })).body).toEqual({
      compatibility: 'FULL_TRANSITIVE',
    })
    expect((await ask('GET', `/config/${subject}`)).body).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
    const wider = wrap(withProperties({ remark: { type: 'string' }, more: { type: 'string' } }))
    expect((await ask('POST', `${path}/latest`, wider)).body.is_compatible).toBe(false)
    expect((await ask('DELETE', `/config/${subject}`)).body).toEqual({ compatibilityLevel: 'FULL_TRANSITIVE' })
    expect((await ask('GET', `/config/${subject}?defaultToGlobal=true`)).body).toEqual({
      compatibilityLevel: 'BACKWARD',
    })
    expect((await ask('PUT', '/config', { compatibility: 'FULL' }, 'hub/operator')).body).toEqual({
      compatibility: 'FULL',
    })
    expect((await ask('POST', `${path}/latest`, wider)).body.is_compatible).toBe(false)
    await ask('DELETE', '/config', undefined, 'hub/operator')
    expect((await ask('POST', `${path}/latest`, wider)).body.is_compatible).toBe(true)
  })

  test('a subject that is read-only takes nothing', async () => {
    await ask('PUT', `/mode/${subject}`, { mode: 'READONLY' })
    const wider = wrap(withProperties({ remark: { type: 'string' }, more: { type: 'string' } }))
    expect((await ask('POST', versions, wider)).says).toEqual(error(422, 42205))
    expect((await ask('DELETE', `/mode/${subject}`)).body).toEqual({ mode: 'READONLY' })
    expect((await ask('GET', '/mode')).body).toEqual({ mode: 'READWRITE' })
  })
})

describe('references and deletion', () => {
  const other = uniqueDepartment('parts')
  const part = `datarun.${other}.permit-value`
  const referring = (version: number) =>
    wrap(withProperties({ remark: { type: 'string' }, part: { $ref: 'part.json' } }), {
      references: [{ name: 'part.json', subject: part, version }],
    })

  beforeAll(async () => {
    await registerSystem(hub, other, 'registry', ['system', 'steward'])
    const { id, ...entry } = datasetOf(other)
    await must(hub.call('PUT', `/v1/datasets/${id}`, 'hub/operator', entry))
    const text = { type: 'object', properties: { text: { $ref: '#/$defs/text' } }, $defs: { text: { type: 'string' } } }
    await must(ask('POST', `/subjects/${part}/versions`, wrap(text), `${other}/registry`))
  })

  test('a schema may refer to another subject, and is kept whole', async () => {
    const added = await ask('POST', versions, referring(1))
    expect(added.status).toBe(200)
    const { body } = await ask('GET', `${versions}/latest`)
    expect(body.references).toEqual([{ name: 'part.json', subject: part, version: 1 }])
    expect(JSON.parse(body.schema)).toMatchObject({
      properties: { part: { $ref: '#/$defs/part.json' } },
      $defs: { 'part.json': { properties: { text: { $ref: '#/$defs/part.json/$defs/text' } } } },
    })
    expect((await ask('POST', `/subjects/${subject}`, referring(1))).body.version).toBe(body.version)
    expect((await ask('GET', `/subjects/${part}/versions/1/referencedby`)).body).toEqual([body.id])
    const record = (text: unknown) => ({ number: 'P-1', holder: { id: '11010519491231002X' }, part: { text } })
    const validate = async (one: unknown) =>
      (await hub.call('POST', `/v1/datasets/${department}.permit/validate`, own, { record: one })).body.valid
    expect([await validate(record('x')), await validate(record(7))]).toEqual([true, false])
    expect((await ask('POST', versions, referring(9))).says).toEqual(error(422, 42201))
  })

  test('what is referred to cannot go', async () => {
    expect((await ask('DELETE', `/subjects/${part}`, undefined, `${other}/registry`)).says).toEqual(error(422, 42206))
  })

  test('deletion is soft, then hard, in this order', async () => {
    const latest = (await ask('GET', `${versions}/latest`)).body.version
    expect((await ask('DELETE', `${versions}/${latest}?permanent=true`)).says).toEqual(error(404, 40407))
    expect((await ask('DELETE', `${versions}/${latest}`)).says).toEqual([200, latest])
    expect((await ask('DELETE', `${versions}/${latest}`)).says).toEqual(error(404, 40406))
    expect((await ask('GET', versions)).body).not.toContain(latest)
    expect((await ask('GET', `${versions}?deleted=true`)).body).toContain(latest)
    expect((await ask('DELETE', `${versions}/${latest}?permanent=true`)).says).toEqual([200, latest])
    expect((await ask('GET', `${versions}?deleted=true`)).body).not.toContain(latest)
    expect((await ask('DELETE', `/subjects/${part}?permanent=true`, undefined, `${other}/registry`)).says).toEqual(
      error(404, 40405),
    )
    expect((await ask('DELETE', `/subjects/${part}`, undefined, `${other}/registry`)).says).toEqual([200, [1]])
    expect((await ask('DELETE', `/subjects/${part}`, undefined, `${other}/registry`)).says).toEqual(error(404, 40404))
    expect((await ask('GET', '/subjects')).body).not.toContain(part)
    expect((await ask('GET', '/subjects?deleted=true')).body).toContain(part)
    expect((await ask('DELETE', `/subjects/${part}?permanent=true`, undefined, `${other}/registry`)).says).toEqual([
      200,
      [1],
    ])
    expect((await ask('GET', '/subjects?deleted=true')).body).not.toContain(part)
  })

  test('a version that a retained record names is not deleted for good', async () => {
    await hub.database.pool.query(
      `insert into record (dataset, key, sequence, status, schema_version, event_id, system, event_time, body, about)
       values ($1, 'P-7', 1, 'valid', 1, 'e', $2, now(), '{}', '')`,
      [`${department}.permit`, own],
    )
    expect((await ask('DELETE', `${versions}/1`)).status).toBe(200)
    expect((await ask('DELETE', `${versions}/1?permanent=true`)).says).toEqual(error(422, 42205))
  })
})
