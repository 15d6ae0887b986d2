/**
 * Kafbat UI and Redpanda Console as they call a schema registry, with the secret of a schema reader: what they show is there,
 * and what they could change they may not. Kafbat: its contract kafka-sr-api.yaml, SchemaRegistryService, WebClientConfigurator.
 * Console: its SchemaRegistry service over franz-go's pkg/sr, whose own program test/interop/go-schema-registry is.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { must, permitSchema, registerDepartment } from '../../../../support/city-department.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { basicOf, registerReader, type TestReader, tokenOfReader } from '../../../../support/schema-reader.ts'

const department = uniqueDepartment('shown')
const subject = `datarun.${department}.permit-value`
const first = permitSchema(department)
const second = { ...first, properties: { ...first.properties, remark: { type: 'string' } } }
let hub: TestHub
let reader: TestReader
let ids: number[]

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  const add = { schemaType: 'JSON', schema: JSON.stringify(second) }
  const added = await must(hub.call('POST', `/subjects/${subject}/versions`, 'hub/operator', add))
  const versions = await must(hub.call('GET', `/subjects/${subject}/versions/1`, 'hub/operator'))
  ids = [versions.body.id, added.body.id]
  reader = await registerReader(hub, department, 'kafka-ui')
})
afterAll(() => hub?.close())

const described = (version: number) => ({
  subject,
  version,
  id: ids[version - 1],
  schemaType: 'JSON',
  schema: JSON.stringify(version === 1 ? first : second),
})
type Call = [path: string, answer: () => unknown]

const kafbat: Call[] = [
  ['/config', () => ({ compatibilityLevel: 'BACKWARD' })],
  ['/subjects?deleted=false', () => [subject]],
  [`/subjects/${subject}/versions`, () => [1, 2]],
  [`/subjects/${subject}/versions/latest?deleted=false`, () => described(2)],
  [`/subjects/${subject}/versions/1?deleted=false`, () => described(1)],
  [`/config/${subject}?defaultToGlobal=true`, () => ({ compatibilityLevel: 'BACKWARD' })],
  // Of its deserializer, which is Confluent's Java client.
  ['/schemas/ids/{id}?fetchMaxId=false', () => ({ schemaType: 'JSON', schema: JSON.stringify(second) })],
  [
    `/schemas/ids/{id}?fetchMaxId=false&subject=${subject}`,
    () => ({ schemaType: 'JSON', schema: JSON.stringify(second) }),
  ],
]

const console: Call[] = [
  ['/mode', () => ({ mode: 'READWRITE' })],
  ['/config', () => ({ compatibilityLevel: 'BACKWARD' })],
  ['/schemas/types', () => ['JSON']],
  ['/subjects', () => [subject]],
  ['/subjects?deleted=true', () => [subject]],
  [`/subjects/${subject}/versions`, () => [1, 2]],
  [`/subjects/${subject}/versions?deleted=true`, () => [1, 2]],
  [`/subjects/${subject}/versions/1?deleted=true`, () => described(1)],
  [`/subjects/${subject}/versions/latest?deleted=true`, () => described(2)],
  [`/subjects/${subject}/versions/2/referencedby?deleted=true`, () => []],
  ['/schemas/ids/{id}/versions?deleted=true', () => [{ subject, version: 2 }]],
  ['/schemas/ids/{id}', () => ({ schemaType: 'JSON', schema: JSON.stringify(second) })],
]

const get = async (path: string, authorization: string, headers: Record<string, string>) => {
  const call = path.replace('{id}', String(ids[1]))
  const { status, body } = await hub.call('GET', call, undefined, undefined, { authorization, ...headers })
  return [status, body]
}

test.each(kafbat)(
  'Kafbat UI reads %s, by the token that it gets with the secret and by Basic',
  async (path, answer) => {
    const accept = { accept: 'application/json' }
    for (const proof of [basicOf(reader.id, reader.secret), `Bearer ${await tokenOfReader(hub, reader)}`]) {
      const [status, body] = await get(path, proof, accept)
      expect([status, body]).toEqual([
        200,
        Array.isArray(answer()) ? answer() : expect.objectContaining(answer() as object),
      ])
    }
  },
)

test.each(console)('Redpanda Console reads %s by Basic', async (path, answer) => {
  const type = 'application/vnd.schemaregistry.v1+json'
  const headers = { accept: type, 'content-type': type, 'user-agent': 'redpanda-console' }
  const [status, body] = await get(path, basicOf(reader.id, reader.secret), headers)
  expect([status, body]).toEqual([
    200,
    Array.isArray(answer()) ? answer() : expect.objectContaining(answer() as object),
  ])
})

test('what no one has set for a subject is told in the codes by which Console shows the default', async () => {
  const asked = [`/config/${subject}`, `/mode/${subject}`].map(path => get(path, basicOf(reader.id, reader.secret), {}))
  expect((await Promise.all(asked)).map(([status, body]) => [status, body.error_code])).toEqual([
    [404, 40408],
    [404, 40409],
  ])
})

test('the buttons of both that change something are refused, and say so in words', async () => {
  const candidate = { schemaType: 'JSON', schema: JSON.stringify(second) }
  const buttons = [
    ['POST', `/subjects/${subject}/versions`, candidate],
    ['POST', `/compatibility/subjects/${subject}/versions/latest?verbose=true`, candidate],
    ['DELETE', `/subjects/${subject}?permanent=false`],
    ['DELETE', `/subjects/${subject}/versions/latest?permanent=false`],
    ['PUT', '/config', { compatibility: 'NONE' }],
    ['PUT', `/config/${subject}?defaultToGlobal=true`, { compatibility: 'NONE' }],
    ['PUT', '/mode', { mode: 'READONLY' }],
  ] as const
  const authorization = basicOf(reader.id, reader.secret)
  for (const [method, path, body] of buttons) {
    const answer = await hub.call(method, path, undefined, body, { authorization })
    expect([method, path, answer.status, answer.body.error_code]).toEqual([method, path, 403, 403])
    expect(answer.body.message).toContain('This call is for: operator')
  }
  expect(await get(`/subjects/${subject}/versions`, authorization, {})).toEqual([200, [1, 2]])
})
