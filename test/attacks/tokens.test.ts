/** OWASP API2: whatever is no genuine, current token for this hub opens nothing, on any route. */
import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import {
  type CryptoKey,
  exportSPKI,
  generateKeyPair,
  importJWK,
  type JWK,
  type JWTPayload,
  SignJWT,
  UnsecuredJWT,
} from 'jose'
import { registerSystem } from '../support/city-department.ts'
import { send, startTestHub, type TestHub } from '../support/exchange.ts'
import { audience } from '../support/issuer.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const department = uniqueDepartment('forged')
const system = `${department}/registry`
let hub: TestHub
let issuerKey: JWK

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerSystem(hub, department, 'registry', ['system', 'steward'])
  issuerKey = JSON.parse(await readFile(await hub.issuer.keys.issuerFile(), 'utf8')).keys[0]
})
afterAll(() => hub?.close())

const now = () => Math.floor(Date.now() / 1000)
const claims = (changes: JWTPayload = {}): JWTPayload => ({
  iss: hub.issuer.issuer,
  aud: audience,
  sub: system,
  client_id: system,
  department,
  roles: ['system', 'steward', 'operator', 'auditor'],
  iat: now(),
  exp: now() + 300,
  ...changes,
})
const sign = async (payload: JWTPayload, { header = {}, key = issuerKey }: { header?: object; key?: JWK } = {}) =>
  new SignJWT(payload)
    .setProtectedHeader({ alg: 'ES256', kid: issuerKey.kid!, typ: 'at+jwt', ...header })
    .sign(await importJWK(key, 'ES256'))

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')

/** The classic: the public key, which everybody has, taken as the secret of an HMAC. */
async function signWithPublicKey(): Promise<string> {
  const { d: _private, ...publicKey } = issuerKey
  const secret = await exportSPKI((await importJWK(publicKey, 'ES256')) as CryptoKey)
  const text = `${encode({ alg: 'HS256', kid: issuerKey.kid })}.${encode(claims())}`
  return `${text}.${createHmac('sha256', secret).update(text).digest('base64url')}`
}

async function signWithKeyOfItsOwn(): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair('ES256', { extractable: true })
  const jwk = await crypto.subtle.exportKey('jwk', publicKey)
  const header = { alg: 'ES256', kid: issuerKey.kid!, jwk: { kty: 'EC', crv: 'P-256', x: jwk.x!, y: jwk.y! } }
  return new SignJWT(claims()).setProtectedHeader(header).sign(privateKey)
}

const without = (claim: string) => {
  const { [claim]: _left, ...rest } = claims()
  return rest
}
const splice = async () => {
  const [header, , signature] = (await sign(claims())).split('.')
  return `${header}.${encode(claims({ sub: 'hub/operator', client_id: 'hub/operator' }))}.${signature}`
}

const forgeries: [string, () => Promise<string> | string][] = [
  ['is garbage', () => 'garbage'],
  ['is empty but for its dots', () => '..'],
  ['is not signed (alg none)', () => new UnsecuredJWT(claims()).encode()],
  ['is signed with the public key (HS256)', signWithPublicKey],
  ['brings its own key along', signWithKeyOfItsOwn],
  [
    'is signed with a key of the system itself',
    async () => sign(claims(), { key: (await hub.issuer.keys.of(system)).privateKey }),
  ],
  ['has the content of another one', splice],
  ['names a key that nobody knows', () => sign(claims(), { header: { kid: 'nobody' } })],
  ['is meant for another audience', () => sign(claims({ aud: 'urn:another:hub' }))],
  ['is meant for nobody in particular', () => sign(without('aud'))],
  ['comes from an issuer that is not trusted', () => sign(claims({ iss: 'https://evil.example' }))],
  ['says not whence it comes', () => sign(without('iss'))],
  ['has expired', () => sign(claims({ iat: now() - 600, exp: now() - 300 }))],
  ['never expires', () => sign(without('exp'))],
  ['says not when it was issued', () => sign(without('iat'))],
  ['was issued in the future', () => sign(claims({ iat: now() + 120, exp: now() + 300 }))],
  ['is not valid yet', () => sign(claims({ nbf: now() + 120 }))],
  ['stands for nobody', () => sign(without('sub'))],
  ['stands for a system of another department', () => sign(claims({ department: 'somebody-else' }))],
  [
    'makes a system a citizen',
    () => sign(claims({ roles: ['citizen'], subject: { type: 'person', id: '11010519491231002X' } })),
  ],
  [
    'demands an extension that is not understood',
    () =>
      sign(claims(), { header: { crit: ['x'], x: 1 } }).catch(
        () => `${encode({ alg: 'ES256', kid: issuerKey.kid, crit: ['x'], x: 1 })}.${encode(claims())}.AAAA`,
      ),
  ],
]

const routes: [string, string, object?][] = [
  ['GET', '/v1/datasets'],
  ['GET', '/v1/agreements'],
  ['GET', '/v1/access-log/entries'],
  ['PUT', '/v1/departments/forged', { title: { zh: 'x', en: 'x' }, creditCode: '11310000002420331X' }],
  ['POST', '/v1/pulls', { dataset: 'a.b', purpose: 'x', subject: { type: 'person', id: '11010519491231002X' } }],
]

test('the forger of these tests could make a good token', async () => {
  const answer = await send(`${hub.exchange.address}/v1/datasets`, 'GET', await sign(claims()))
  expect(answer.status).toBe(200)
})

test.each(forgeries)('a token that %s is refused on every route', async (_what, forge) => {
  const token = await forge()
  for (const [method, path, body] of routes) {
    const answer = await send(hub.exchange.address + path, method, token, body)
    expect({ path, status: answer.status, code: answer.body?.code }).toEqual({
      path,
      status: 401,
      code: 'TOKEN_INVALID',
    })
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token", DPoP algs="ES256 EdDSA Ed25519"')
    expect(answer.text).not.toContain(token)
  }
})

test.each<[string, (token: string) => [path: string, headers: Record<string, string>]]>([
  ['in the query string', token => [`?access_token=${token}`, {}]],
  ['in a cookie', token => ['', { cookie: `token=${token}` }]],
  ['as Basic', token => ['', { authorization: `Basic ${token}` }]],
  ['without its scheme', token => ['', { authorization: token }]],
  ['as an empty Bearer', () => ['', { authorization: 'Bearer ' }]],
])('a good token sent %s opens nothing', async (_how, place) => {
  const [query, headers] = place(await sign(claims()))
  const answer = await send(`${hub.exchange.address}/v1/matters${query}`, 'GET', undefined, undefined, headers)
  expect(answer).toMatchObject({ status: 401, body: { code: 'TOKEN_MISSING' } })
})
