import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import type { Publisher } from '../../../../../services/kafka/kafka.ts'
import { permitMessage, permitSchema, registerDepartment, registerSystem } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

const department = uniqueDepartment('permits')
const dataset = `${department}.permit`
const own = `${department}/registry`
const path = `/v1/datasets/${dataset}/schemas`
let hub: TestHub
let stranger: string
let publisher: Publisher

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  stranger = await registerSystem(hub, uniqueDepartment('others'), 'registry', ['system', 'steward'])
  publisher = await hub.kafka.publisher()
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

const schema = permitSchema(department)
const withProperties = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  ...schema,
  ...more,
  properties: { ...schema.properties, ...properties },
})
const register = (candidate: unknown, as = own, query = '') => hub.call('POST', path + query, as, { schema: candidate })
const logged = async () =>
  (await parsedEntries<{ content: JsonObject; decision: string; code?: string }>(hub.database.pool, 'schema')).map(
    ({ content, decision, code = null }) => ({ content, decision, code }),
  )

test('registering the same schema again, in whatever order of keys, is a no-op', async () => {
  const again = await register(Object.fromEntries(Object.entries(schema).reverse()))
  expect([again.status, again.body.version]).toEqual([200, 1])
})

test('a schema that would lose records is refused: which version, which spot, and a record that shows it', async () => {
  const answer = await register(withProperties({ income: { type: 'integer', minimum: 10 } }))
  expect(answer.status).toBe(409)
  expect(answer.body).toMatchObject({
    code: 'SCHEMA_INCOMPATIBLE',
    detail: expect.stringContaining('/properties/income/minimum'),
    compatibility: { verdict: 'incompatible', mode: 'BACKWARD', profile: 'strict', comparisons: [{ version: 1 }] },
  })
  const [difference] = answer.body.compatibility.comparisons[0].differences
  expect(difference).toMatchObject({
    type: 'minimum_increased',
    effect: 'breaks',
    newPointer: '/properties/income/minimum',
  })
  expect(difference.zh).toMatch(/最小值/)
  const { record } = difference.counterExample
  expect((await hub.call('POST', `/v1/datasets/${dataset}/validate`, own, { record })).body.valid).toBe(true)
  expect((await logged()).at(-1)).toMatchObject({ decision: 'refuse', code: 'SCHEMA_INCOMPATIBLE' })
})

test('a version that keeps every record is added, and read with an ETag', async () => {
  const answer = await register(withProperties({ remark: { type: 'string', maxLength: 200 } }))
  expect([answer.status, answer.body.version]).toEqual([201, 2])
  const first = await hub.call('GET', `${path}/latest`, stranger)
  expect([first.status, first.body.version]).toEqual([200, 2])
  const etag = first.headers.get('etag')!
  expect((await hub.call('GET', `${path}/latest`, stranger, undefined, { 'if-none-match': etag })).status).toBe(304)
  expect((await hub.call('GET', `${path}/1`, stranger)).body.schema).toEqual(schema)
  expect((await hub.call('GET', `${path}/9`, stranger)).status).toBe(404)
})

test('versions are listed page by page, oldest first, each without its text', async () => {
  const whole = (await hub.call('GET', path, stranger)).body
  expect(whole.items.map(({ version }: { version: number }) => version)).toEqual([1, 2])
  expect(whole.items.filter((item: object) => 'schema' in item)).toEqual([])
  expect(whole.next).toBeUndefined()
  const first = (await hub.call('GET', `${path}?limit=1`, stranger)).body
  const second = (await hub.call('GET', `${path}?limit=1&cursor=${first.next}`, stranger)).body
  expect([...first.items, ...second.items]).toEqual(whole.items)
  expect(second.next).toBeUndefined()
})

test("another department's dataset looks exactly like a missing one", async () => {
  const bodyless = ({ status, body }: Awaited<ReturnType<typeof register>>) => ({ status, ...body, request: '' })
  const theirs = bodyless(await register(schema, stranger))
  const missing = bodyless(await hub.call('POST', '/v1/datasets/no.such/schemas', stranger, { schema }))
  expect(theirs).toEqual(missing)
  expect(theirs).toMatchObject({ status: 404, code: 'NOT_FOUND' })
  expect((await hub.call('PUT', `/v1/datasets/${dataset}/evolution`, stranger, { profile: 'lenient' })).status).toBe(
    404,
  )
})

describe('a hostile schema is refused clearly, and stalls nobody', () => {
  const nested = (depth: number): JsonObject => (depth === 0 ? {} : { properties: { a: nested(depth - 1) } })
  const hostile: [string, unknown, string][] = [
    ['nested 400 deep', nested(400), 'nested at most'],
    ['a thousand branches', { anyOf: Array.from({ length: 900 }, (_, i) => ({ const: i })) }, 'branches'],
    ['references that double', { $ref: '#/$defs/a', $defs: doubling(40) }, 'expands'],
    ['a slow pattern', { pattern: '^(?=(a+)+$)' }, 'linear time'],
    [
      'many large patterns',
      { anyOf: Array.from({ length: 60 }, (_, i) => ({ pattern: `^x${i}[a-z]{900}` })) },
      'patterns',
    ],
    ['a reference to elsewhere', { $ref: 'http://127.0.0.1:1/x' }, 'point into this schema'],
    ['$async', { $async: true }, 'every record pass'],
    ["another dataset's name", { $id: 'urn:datarun:taxation.tax-clearance:v1' }, dataset],
    ['too large', { description: 'x'.repeat(70_000) }, 'bytes'],
  ]
  function doubling(levels: number): JsonObject {
    const names = Array.from({ length: levels }, (_, i) =>
      String.fromCharCode(97 + (i % 26)).repeat(1 + Math.floor(i / 26)),
    )
    return Object.fromEntries(
      names.map((name, i) => {
        const next: JsonObject = names[i + 1] === undefined ? {} : { $ref: `#/$defs/${names[i + 1]}` }
        return [name, { allOf: [next, next] }]
      }),
    )
  }
  test.each(hostile)('%s', async (_, candidate, reason) => {
    const answer = await register(candidate)
    expect([answer.status, answer.body.code]).toEqual([422, 'SCHEMA_REFUSED'])
    expect(answer.body.detail).toContain(reason)
  })

  test('a schema of another draft is refused with the same as it would be taken, which is then judged', async () => {
    const { $schema: _, ...rest } = schema as JsonObject
    const old = {
      ...rest,
      $schema: 'http://json-schema.org/draft-07/schema#',
      definitions: { flag: { type: 'boolean' } },
      dependencies: { remark: { properties: { remark: { $ref: '#/definitions/flag' } } } },
    }
    const { status, body } = await register(old)
    expect([status, body.code, body.detail]).toEqual([422, 'SCHEMA_REFUSED', expect.stringContaining('"converted"')])
    expect(body.converted).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $defs: { flag: { type: 'boolean' } },
      dependentSchemas: { remark: { properties: { remark: { $ref: '#/$defs/flag' } } } },
    })
    expect((await register(body.converted)).status).not.toBe(422)
  })

  test('recursive definitions are no reason to fail', async () => {
    const recursive = { ...schema, $defs: { node: { properties: { next: { $ref: '#/$defs/node' } } } } }
    expect((await register(recursive)).status).toBe(409) // It lacks `remark` of version 2, and says so.
  })

  test('others are answered while a large schema is compared', async () => {
    const field = (i: number, length: number) => [
      `field${i}`,
      { type: 'string', maxLength: length, title: `Field ${i}` },
    ]
    const wide = (length: number) =>
      withProperties({
        remark: { type: 'string', maxLength: 200 },
        ...Object.fromEntries(Array.from({ length: 260 }, (_, i) => field(i, length))),
      })
    await register(wide(20))
    const order: string[] = []
    const registering = register(wide(21)).then(({ status }) => order.push(`registered ${status}`))
    await hub.call('GET', '/healthz').then(({ status }) => order.push(`health ${status}`))
    await registering
    expect(order).toEqual(['health 200', 'registered 201'])
  })
})

describe('the rules of evolution', () => {
  const rules = `/v1/datasets/${dataset}/evolution`
  test('a steward chooses mode and profile, and both have effect', async () => {
    expect((await hub.call('GET', rules, own)).body).toEqual({
      compatibility: 'BACKWARD',
      profile: 'strict',
      mode: 'READWRITE',
    })
    const removed = withProperties({ remark: { type: 'string', maxLength: 200 } })
    expect((await register(removed)).body.code).toBeUndefined() // The same as version 2.
    const opened = { ...removed, title: 'open to members nobody named', additionalProperties: true }
    expect((await register(opened)).status).toBe(201)
    const without = { ...removed, title: 'closed again' }
    expect((await register(without)).body.code).toBe('SCHEMA_INCOMPATIBLE')
    const lenient = await hub.call('PUT', rules, own, { profile: 'lenient' })
    expect(lenient.body).toEqual({ compatibility: 'BACKWARD', profile: 'lenient', mode: 'READWRITE' })
    expect((await register(without)).status).toBe(201)
    await hub.call('PUT', rules, own, { compatibility: 'FULL_TRANSITIVE', profile: 'strict' })
    const answer = await register({ ...without, title: 'as before, but strictly, and both ways' })
    expect(answer.body.compatibility.comparisons.map((one: { direction: string }) => one.direction)).toContain(
      'forward',
    )
    expect((await logged()).map(({ content }) => content.step)).toContain('setting')
    await hub.call('PUT', rules, own, { compatibility: 'NONE', mode: 'READONLY' })
    expect((await register({ ...without, title: 'not now' })).body.code).toBe('STATE_CONFLICT')
    await hub.call('PUT', rules, own, { compatibility: 'BACKWARD', mode: 'READWRITE' })
  })
  test('an unknown mode is refused', async () => {
    expect((await hub.call('PUT', rules, own, { compatibility: 'SIDEWAYS' })).status).toBe(400)
  })
})

describe('before a change and after an end', () => {
  const publish = (number: string, version: number, sequence = 1, data: JsonObject = {}) =>
    publisher.publish(`datarun.${dataset}`, [permitMessage(department, { number, sequence, version, data })])
  const stored = async (number: string) => {
    const { rows } = await hub.database.pool.query(
      'select schema_version from record where dataset = $1 and key = $2',
      [dataset, number],
    )
    return rows[0]
  }

  test('a dry run says how many retained records would be rejected, who publishes and what changes', async () => {
    await publish('P-1', 1, 1, { income: 5 })
    await publish('P-2', 1, 1, { income: 50 })
    await eventually(async () => (await stored('P-1')) && (await stored('P-2')))
    const before = (await hub.call('GET', path, own)).body.items.length
    const answer = await register(withProperties({ income: { type: 'integer', minimum: 10 } }), own, '?dryRun=true')
    expect(answer.status).toBe(200)
    expect(answer.body).toMatchObject({
      compatibility: { verdict: 'incompatible' },
      records: {
        counted: 2,
        judged: 2,
        sampled: false,
        rejected: 1,
        reasons: [{ pointer: '/income', keyword: 'minimum', records: 1 }],
      },
      changedFields: ['/income'],
      publishers: [{ system: own, version: 1, records: 2 }],
    })
    expect((await hub.call('GET', path, own)).body.items).toHaveLength(before)
  })

  test('a dry run names the departments that pulled a changed field, by the access log', async () => {
    await hub.exchange.hub.accessLog.commitWith(async (_, record) =>
      record({
        kind: 'pull',
        caller: 'housing/window',
        department: 'housing',
        datasets: [dataset],
        decision: 'permit',
        content: {
          pull: '01J',
          purpose: 'rent-subsidy',
          subject: { type: 'person', id: '11010519491231002X' },
          results: [{ dataset, decision: 'permit', fields: ['/income', '/number'] }],
        },
      }),
    )
    const { body } = await register(withProperties({ income: { type: 'integer', minimum: 10 } }), own, '?dryRun=true')
    expect(body.uses).toMatchObject([{ department: 'housing', field: '/income', pulls: 1 }])
  })

  test('publishing with a version after its end is rejected with the reason; before it, it was not', async () => {
    const end = await hub.call('PUT', `${path}/1/deprecation`, own, { refusedFrom: '2026-01-01T00:00:00Z' })
    expect(end.body.refusedFrom).toBe('2026-01-01T00:00:00.000Z')
    await publish('P-9', 1)
    const rejection = await eventually(async () => {
      const { body } = await hub.call('GET', `/v1/datasets/${dataset}/rejections`, own)
      return body.items.find((one: { code: string }) => one.code === 'SCHEMA_RETIRED')
    })
    expect(rejection).toMatchObject({ code: 'SCHEMA_RETIRED' })
    await hub.call('PUT', `${path}/1/deprecation`, own, { refusedFrom: null })
    await publish('P-10', 1)
    await eventually(() => stored('P-10'))
    const later = await hub.call('PUT', `${path}/1/deprecation`, own, { refusedFrom: '2126-01-01T00:00:00Z' })
    expect(later.status).toBe(200)
    expect((await hub.call('GET', `${path}/1`, stranger)).body.refusedFrom).toBe('2126-01-01T00:00:00.000Z')
    await publish('P-11', 1)
    await eventually(() => stored('P-11'))
  })
})

test('what a registered version changed can be read later, against the version before it; the first changed nothing', async () => {
  const first = await hub.call('GET', `${path}/1/comparison`, own)
  expect(first.body.compatibility).toMatchObject({ verdict: 'compatible', comparisons: [] })
  const second = await hub.call('GET', `${path}/2/comparison`, own)
  expect(second.body.compatibility).toMatchObject({ comparisons: [{ version: 1, differences: [expect.anything()] }] })
  expect((await hub.call('GET', `${path}/99/comparison`, own)).status).toBe(404)
  expect((await hub.call('GET', `${path}/1/comparison`, stranger)).status).toBe(404)
})
