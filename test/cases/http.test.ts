/** Calls of registries, issuers and REST services that public bug reports tell of: e01, f01 and g01. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { exportJWK, generateKeyPair } from 'jose'
import { must, permitSchema, registerDepartment } from '../support/city-department.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

type Call = {
  what: string
  method: string
  path: string
  body?: unknown
  /** A body that is no JSON. */
  raw?: string
  type?: string
  status: number
  code?: number | string
}
type Keys = { what: string; of: string[]; private?: boolean; kid?: string; status: number; code?: string }

const read = async (name: string) => JSON.parse(await readFile(new URL(`${name}/case.json`, import.meta.url), 'utf8'))
const { calls: registry, clients }: Record<'calls' | 'clients', Call[]> = await read('e01-confluent-api')
const rest: Call[] = (await read('g01-rest-habits')).calls
const keys: Keys[] = (await read('f01-client-assertions')).keys

const department = uniqueDepartment('trial')
const subject = `datarun.${department}.permit-value`
const reverse = (value: unknown): unknown =>
  Array.isArray(value) || typeof value !== 'object' || value === null
    ? value
    : Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([name, member]) => [name, reverse(member)]),
      )

let hub: TestHub
let bodies: Record<string, object>
let places: Record<string, string>

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  const path = `/subjects/${subject}/versions`
  const title = '许可'
  const json = { ...permitSchema(department), title }
  const as = (schema: unknown, space?: number) => ({ schemaType: 'JSON', schema: JSON.stringify(schema, null, space) })
  const registered = await must(hub.call('POST', path, 'hub/operator', as(json)))
  const properties = { ...json.properties, extra: { type: 'string', maxLength: 20 } }
  bodies = {
    '{schema}': as(json),
    '{spaced}': as(json, 3),
    '{reversed}': as(reverse(json)),
    '{escaped}': { schemaType: 'JSON', schema: JSON.stringify(json).replace('许可', '\\u8bb8\\u53ef') },
    '{latest}': registered.body,
    '{wider}': as({ ...json, properties }),
    '{narrower}': as({ ...json, required: [...json.required, 'income'] }),
  }
  places = {
    S: `/subjects/${subject}`,
    subject,
    id: String(registered.body.id),
    guid: registered.body.guid,
    long: 'x'.repeat(300),
    encoded: `/subjects/${subject.replaceAll('.', '%2E')}`,
    encodedDataset: `${department}%2Epermit`,
  }
})
afterAll(() => hub?.close())

function bodyOf(body: unknown): unknown {
  if (typeof body === 'string') return bodies[body]
  if (typeof body !== 'object' || body === null || !('of' in body)) return body
  const { of, ...more } = body
  return { ...bodies[String(of)], ...more }
}

const make = async ({ method, path, body, raw, type }: Call) => {
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name: string) => places[name]!)
  return hub.call(method, filled, 'hub/operator', raw ?? bodyOf(body), type ? { 'content-type': type } : {})
}

test.each([...registry, ...clients])('e01: $what', async call => {
  const { status, body } = await make({ type: 'application/vnd.schemaregistry.v1+json', ...call })
  expect([status, body.error_code]).toEqual([call.status, call.code])
})

test.each(rest)('g01: $what', async call => {
  const { status, body } = await make(call)
  expect([status, body?.code]).toEqual([call.status, call.code])
})

test.each(keys)('f01: a system with $what', async ({ of, private: isPrivate, kid, status, code }) => {
  const made = await Promise.all(
    of.map(async alg => {
      const pair = await generateKeyPair(alg, { extractable: true })
      return { ...(await exportJWK(isPrivate ? pair.privateKey : pair.publicKey)), kid: kid ?? randomUUID(), alg }
    }),
  )
  const entry = { title: { zh: '试验', en: 'Trial' }, jwks: { keys: made } }
  const answer = await hub.call('PUT', `/v1/departments/${department}/systems/bugs`, 'hub/operator', entry)
  expect([answer.status, answer.body.code]).toEqual([status, code])
})
