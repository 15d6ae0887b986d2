/** Client assertions as OAuth libraries send them (f01): what is right gets a token, what is wrong is told what it is. */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose'
import { must, registerDepartment } from '../support/city-department.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

/** Changes to an assertion that is right. `times` in seconds from now; null leaves a member of the form out. */
type Case = {
  what: string
  key?: string
  kidOf?: string
  client?: string
  claims?: Record<string, unknown>
  times?: Record<string, number>
  header?: Record<string, string>
  without?: string[]
  form?: Record<string, string | null>
  status: number
  says?: string
}
type Key = { alg: string; publicKey: JWK; privateKey: CryptoKey }

const file = new URL('f01-client-assertions/case.json', import.meta.url)
const cases: Case[] = JSON.parse(await readFile(file, 'utf8')).assertions
const department = uniqueDepartment('trial')
const system = `${department}/library`
const keys: Record<string, Key> = {}
const algorithms = { first: 'ES256', second: 'ES256', edwards: 'EdDSA', renamed: 'Ed25519', nameless: 'EdDSA' }
const unregistered = { stranger: 'ES256', rsa: 'RS256', p384: 'ES384' }
let hub: TestHub
let places: Record<string, string>

async function makeKey(name: string, alg: string): Promise<Key> {
  const pair = await generateKeyPair(alg, { extractable: true })
  const named = { ...(await exportJWK(pair.publicKey)), kid: randomUUID() }
  return { alg, publicKey: name === 'nameless' ? named : { ...named, alg }, privateKey: pair.privateKey }
}

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  for (const [name, alg] of Object.entries({ ...algorithms, ...unregistered })) keys[name] = await makeKey(name, alg)
  const registered = Object.keys(algorithms).map(name => keys[name]!.publicKey)
  const entry = { title: { zh: '试验', en: 'Trial' }, jwks: { keys: registered } }
  await must(hub.call('PUT', `/v1/departments/${department}/systems/library`, 'hub/operator', entry))
  const { issuer } = hub.issuer
  const discovery = await fetch(`${issuer}/.well-known/openid-configuration`)
  const { token_endpoint } = (await discovery.json()) as { token_endpoint: string }
  places = { issuer, token: token_endpoint, department }
})
afterAll(() => hub?.close())

const fill = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value).replaceAll(/\{(\w+)\}/g, (whole, name: string) => places[name] ?? whole))

function sign({ key = 'first', kidOf = key, claims = {}, times = {}, header = {}, without = [], ...more }: Case) {
  const now = Math.floor(Date.now() / 1000)
  const client = more.client === undefined ? system : fill(more.client)
  const inTime = Object.fromEntries(Object.entries(times).map(([name, ahead]) => [name, now + ahead]))
  const right = { iss: client, sub: client, aud: places.issuer, jti: randomUUID(), iat: now, exp: now + 60 }
  const says = { ...right, ...inTime, ...(fill(claims) as object) }
  const { alg, privateKey } = keys[key]!
  const heads = { alg, kid: keys[kidOf]!.publicKey.kid!, ...header }
  const left = (from: object) => Object.fromEntries(Object.entries(from).filter(([name]) => !without.includes(name)))
  return new SignJWT(left(says)).setProtectedHeader(left(heads) as typeof heads).sign(privateKey)
}

async function ask(asked: Case): Promise<{ status: number; body: Record<string, unknown> }> {
  const form: Record<string, string | null> = {
    grant_type: 'client_credentials',
    client_id: asked.client === undefined ? system : String(fill(asked.client)),
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await sign(asked),
    resource: 'urn:datarun:hub',
    ...asked.form,
  }
  const sent = Object.entries(form).filter((member): member is [string, string] => member[1] !== null)
  const response = await fetch(places.token!, { method: 'POST', body: new URLSearchParams(sent) })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

test.each(cases)('f01: $what', async asked => {
  const { status, body } = await ask(asked)
  const said = String(body.error_description ?? '')
  expect([status, said]).toEqual([asked.status, expect.stringContaining(asked.says ?? '')])
  // RFC 6749 §5.2; and nothing that was sent comes back.
  expect(said).toMatch(/^[\x20\x21\x23-\x5b\x5d-\x7e]*$/)
  for (const sent of [department, 'nobody', 'another.example', 'hub/operator']) expect(said).not.toContain(sent)
})

test('a token got by either name of Ed25519 opens the exchange', async () => {
  for (const alg of ['EdDSA', 'Ed25519']) {
    const { body } = await ask({ what: alg, key: 'edwards', header: { alg }, status: 200 })
    const response = await fetch(`${hub.exchange.address}/v1/me`, {
      headers: { authorization: `Bearer ${String(body.access_token)}` },
    })
    expect([alg, response.status]).toEqual([alg, 200])
  }
})
