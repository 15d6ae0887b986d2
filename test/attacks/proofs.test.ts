/** RFC 9449 §11: a token that is bound to a key opens nothing for who has not the key, and a proof opens one call, once. */
import { createHmac, generateKeyPairSync, hash, randomUUID, sign } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type CryptoKey, calculateJwkThumbprint, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { createLog } from '../../services/contract/log.ts'
import { type Exchange, startExchange } from '../../services/exchange/exchange.ts'
import { readExchangeSettings } from '../../services/exchange/settings.ts'
import { fillPath } from '../support/api-operations.ts'
import { registerSystem } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { type Answer, send, startTestHub, type TestHub } from '../support/exchange.ts'
import { audience } from '../support/issuer.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { parsedEntries } from '../support/packed-log.ts'
import { createProver, type Forged, type Prover } from '../support/prover.ts'
import { type AppRoute, listRoutes } from '../support/routes-of-app.ts'

/** Behind a proxy that takes `/share` off: nothing that a call says of host and scheme is this. */
const publicUrl = 'https://hub.example.gov.cn/share'
const department = uniqueDepartment('proven')
let hub: TestHub
let other: Exchange
let routes: AppRoute[]
let issuerKey: JWK
let holder: Prover
let system: string
let token: string

beforeAll(async () => {
  const environment = { DATARUN_INGEST: 'false', DATARUN_PUBLIC_URLS: `http://127.0.0.1:1,${publicUrl}/` }
  const listed = await listRoutes(() => startTestHub({ environment }))
  hub = listed.made
  routes = listed.routes
  other = await startExchange(readExchangeSettings(hub.environment), createLog('exchange', 'silent'))
  system = await registerSystem(hub, department, 'registry', ['system', 'steward'])
  issuerKey = JSON.parse(await readFile(await hub.issuer.keys.issuerFile(), 'utf8')).keys[0]
  holder = await createProver()
  token = await tokenWith({ jkt: holder.jkt })
})
afterAll(async () => {
  await other?.stop()
  await hub?.close()
})

const now = () => Math.floor(Date.now() / 1000)
const tokenWith = async (cnf?: object) =>
  new SignJWT({
    ...{
      iss: hub.issuer.issuer,
      aud: audience,
      sub: system,
      client_id: system,
      department,
      iat: now(),
      exp: now() + 300,
    },
    ...{ roles: ['system', 'steward'], jti: randomUUID(), ...(cnf && { cnf }) },
  })
    .setProtectedHeader({ alg: 'ES256', kid: issuerKey.kid!, typ: 'at+jwt' })
    .sign(await importJWK(issuerKey, 'ES256'))

const me = { method: 'GET', url: `${publicUrl}/v1/me` }
const dpop = (proof: string, bearer = token) => ({ authorization: `DPoP ${bearer}`, dpop: proof })
const call = (
  headers: Record<string, string>,
  { method, path } = { method: 'GET', path: '/v1/me' },
  at = hub.exchange,
) => send(at.address + path, method, undefined, undefined, headers)
const told = ({ status, body }: Answer) => [status, body?.code ?? 'OK']

test('the holder of the key is let in at each public address, with any address in Host, once for each proof', async () => {
  for (const url of [me.url, 'http://127.0.0.1:1/v1/me', 'HTTPS://Hub.Example.gov.cn:443/share/v1/m%65?x=1#y']) {
    const answer = await call(dpop(await holder.prove({ ...me, url, token })))
    expect([answer.status, answer.body.id]).toEqual([200, system])
  }
  const ed = await createProver('EdDSA')
  const bound = await tokenWith({ jkt: ed.jkt })
  expect(told(await call(dpop(await ed.prove({ ...me, token: bound }), bound)))).toEqual([200, 'OK'])
})

test('a query may stand in the address and not in the proof, and HEAD is a method of its own', async () => {
  const list = { method: 'GET', path: '/v1/datasets?limit=1' }
  const proof = await holder.prove({ method: 'GET', url: `${publicUrl}/v1/datasets`, token })
  expect(told(await call(dpop(proof), list))).toEqual([200, 'OK'])
  const head = await holder.prove({ method: 'HEAD', url: me.url, token })
  expect((await call(dpop(head), { method: 'HEAD', path: '/v1/me' })).status).toBe(200)
  const get = await holder.prove({ ...me, token })
  expect((await call(dpop(get), { method: 'HEAD', path: '/v1/me' })).status).toBe(401)
})

const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString('base64url')
const claimsOf = (): JWTPayload => ({
  jti: randomUUID(),
  htm: 'GET',
  htu: me.url,
  iat: now(),
  ath: hash('sha256', token, 'base64url'),
})
const signedByHand = (header: object, signature: (text: string) => string, claims = {}) => {
  const text = `${encode({ typ: 'dpop+jwt', ...header })}.${encode({ ...claimsOf(), ...claims })}`
  return `${text}.${signature(text)}`
}
const publicHalf = ({ kty, crv, x, y }: JWK) => ({ kty, crv, x, ...(y && { y }) })
const own = () => ({ alg: 'ES256', jwk: publicHalf(holder.jwk) })
const es256 = (text: string) =>
  sign('sha256', Buffer.from(text), { key: holder.jwk, format: 'jwk', dsaEncoding: 'ieee-p1363' } as never).toString(
    'base64url',
  )
const p384 = generateKeyPairSync('ec', { namedCurve: 'P-384' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const keyOf = async (make = createProver) => importJWK((await make()).jwk, 'ES256') as Promise<CryptoKey>
const forge = (forged: Forged, changed = {}) => holder.prove({ ...me, token, ...changed }, forged)

const forgeries: [string, () => Promise<string> | string, string][] = [
  ['of another method', () => forge({}, { method: 'POST' }), 'htm'],
  ['of another address', () => forge({}, { url: `${publicUrl}/v1/matters` }), 'htu'],
  ['of the address in Host', () => forge({}, { url: `${hub.exchange.address}/v1/me` }), 'htu'],
  ['of the address without the path of the proxy', () => forge({}, { url: 'https://hub.example.gov.cn/v1/me' }), 'htu'],
  ['of an address with a user', () => forge({}, { url: 'https://a@hub.example.gov.cn/share/v1/me' }), 'htu'],
  ['of an address that is none', () => forge({}, { url: '/v1/me' }), 'htu'],
  ['of another token', async () => forge({}, { token: await tokenWith({ jkt: holder.jkt }) }), 'ath'],
  ['of no token', () => forge({ claims: { ath: undefined } }), 'ath'],
  ['without jti', () => forge({ claims: { jti: undefined } }), 'jti'],
  ['with a giant jti', () => forge({ claims: { jti: 'x'.repeat(257) } }), 'jti'],
  ['without iat', () => forge({ claims: { iat: undefined } }), 'iat'],
  ['made two minutes ago', () => forge({ claims: { iat: now() - 120 } }), 'iat'],
  ['made two minutes from now', () => forge({ claims: { iat: now() + 120 } }), 'iat'],
  ['whose iat is a text', () => forge({ claims: { iat: String(now()) as never } }), 'iat'],
  ['that has expired', () => forge({ claims: { exp: now() - 5 } }), 'exp'],
  ['of another type', () => forge({ header: { typ: 'JWT' } }), 'typ'],
  ['with another key', async () => (await createProver()).prove({ ...me, token }), 'bound to'],
  ['signed with another key', async () => forge({ key: await keyOf() }), 'signature'],
  ['with the private key in it', () => forge({ header: { jwk: holder.jwk } }), 'private'],
  ['without a key', () => forge({ header: { jwk: undefined } }), 'jwk must be'],
  ['with a list for a key', () => forge({ header: { jwk: [] } }), 'jwk'],
  ['with a symmetric key', () => signedByHand({ alg: 'HS256', jwk: { kty: 'oct', k: 'AAAA' } }, hmac), 'alg'],
  ['with the public key as a secret', () => signedByHand({ alg: 'HS256', jwk: publicHalf(holder.jwk) }, hmac), 'alg'],
  ['that is not signed', () => signedByHand({ alg: 'none', jwk: publicHalf(holder.jwk) }, () => 'AA'), 'alg'],
  ['of RSA', () => signedByHand({ alg: 'RS256', jwk: rsa.publicKey.export({ format: 'jwk' }) }, () => 'AA'), 'alg'],
  [
    'of another curve',
    () => signedByHand({ alg: 'ES256', jwk: p384.publicKey.export({ format: 'jwk' }) }, () => 'AA'),
    'crv',
  ],
  [
    'of a curve of another kind',
    () => signedByHand({ alg: 'EdDSA', jwk: { kty: 'OKP', crv: 'X25519', x: 'AA' } }, () => 'AA'),
    'crv',
  ],
  [
    'with a point off its curve',
    () => signedByHand({ alg: 'ES256', jwk: { ...publicHalf(holder.jwk), y: holder.jwk.x } }, () => 'AA'),
    'bound to',
  ],
  ['that demands an extension', () => signedByHand({ ...own(), crit: ['x'], x: 1 }, es256), 'crit'],
  ['that is no JWT', () => 'no-jwt', 'one proof'],
  [
    'of two',
    async () => `${await holder.prove({ ...me, token })}, ${await holder.prove({ ...me, token })}`,
    'one proof',
  ],
  ['of more than 4096 characters', () => forge({ claims: { more: 'x'.repeat(4_096) } }), 'longer'],
]
const hmac = (text: string) => createHmac('sha256', 'AAAA').update(text).digest('base64url')

test('a proof put together by hand is as good as any', async () => {
  expect(told(await call(dpop(signedByHand(own(), es256))))).toEqual([200, 'OK'])
})

test.each(forgeries)('a proof %s opens nothing, and the answer names what is wrong', async (_what, make, word) => {
  const proof = await make()
  const answer = await call(dpop(proof))
  expect(told(answer)).toEqual([401, 'PROOF_INVALID'])
  expect(answer.body.detail).toContain(word)
  expect(answer.headers.get('www-authenticate')).toBe(
    'Bearer, DPoP algs="ES256 EdDSA Ed25519", error="invalid_dpop_proof"',
  )
  expect(answer.text).not.toContain(proof)
})

test('a key that is no point of its curve proves nothing, even where the token is bound to it', async () => {
  const offCurve = { ...publicHalf(holder.jwk), y: holder.jwk.x }
  const bound = await tokenWith({ jkt: await calculateJwkThumbprint(offCurve as JWK) })
  const ath = hash('sha256', bound, 'base64url')
  const answer = await call(dpop(signedByHand({ alg: 'ES256', jwk: offCurve }, es256, { ath }), bound))
  expect([...told(answer), answer.body.detail]).toEqual([401, 'PROOF_INVALID', expect.stringContaining('the key')])
})

test('a proof is good once, on whichever replica and however many send it at the same time', async () => {
  const proof = await holder.prove({ ...me, token })
  const sent = Array.from({ length: 40 }, (_, n) => call(dpop(proof), undefined, n % 2 ? other : hub.exchange))
  const answers = (await Promise.all(sent)).map(told).map(String).sort()
  expect(answers).toEqual(['200,OK', ...Array.from({ length: 39 }, () => '401,PROOF_INVALID')])
  const again = await call(dpop(proof), undefined, other)
  expect(again.body.detail).toContain('jti was used before')
})

test('two keys may use one jti, and one key many at once', async () => {
  const second = await createProver()
  const bound = await tokenWith({ jkt: second.jkt })
  const claims = { jti: 'the-same' }
  expect(told(await call(dpop(await holder.prove({ ...me, token }, { claims }))))).toEqual([200, 'OK'])
  expect(told(await call(dpop(await second.prove({ ...me, token: bound }, { claims }), bound)))).toEqual([200, 'OK'])
  const many = Array.from({ length: 60 }, async (_, n) =>
    call(dpop(await holder.prove({ ...me, token })), undefined, n % 2 ? other : hub.exchange),
  )
  expect((await Promise.all(many)).filter(({ status }) => status !== 200)).toEqual([])
})

const isOpen = ({ access }: AppRoute) => access === 'anyone'

test('a stolen token without its key is refused by every route of both APIs, sent by whichever scheme', async () => {
  const closed = routes.filter(route => !isOpen(route))
  expect(closed.length).toBeGreaterThan(80)
  const thief = await createProver()
  const wrong: string[] = []
  for (const { name, method, path } of closed) {
    const place = { method, path: fillPath(path) }
    const forged = await thief.prove({ method, url: publicUrl + place.path, token })
    const ways = [
      { authorization: `Bearer ${token}` },
      { authorization: `Basic ${Buffer.from(`${system}:${token}`).toString('base64')}` },
      { authorization: `DPoP ${token}` },
      dpop(forged),
      { authorization: `Bearer ${token}`, dpop: forged },
    ]
    const answers = await Promise.all(ways.map(headers => call(headers, place)))
    if (answers.some(({ status }) => status !== 401)) wrong.push(`${name} ${answers.map(({ status }) => status)}`)
  }
  expect(wrong).toEqual([])
})

test('a bound token is told that it needs a proof, and one that is bound to nothing that it needs none', async () => {
  const asBearer = await call({ authorization: `Bearer ${token}` })
  expect(told(asBearer)).toEqual([401, 'PROOF_REQUIRED'])
  expect(asBearer.headers.get('www-authenticate')).toBe(
    'Bearer, DPoP algs="ES256 EdDSA Ed25519", error="invalid_token"',
  )
  expect(told(await call({ authorization: `DPoP ${token}` }))).toEqual([401, 'PROOF_REQUIRED'])
  const free = await tokenWith()
  const asDpop = await call(dpop(await holder.prove({ ...me, token: free }), free))
  expect([...told(asDpop), asDpop.body.detail]).toEqual([401, 'TOKEN_INVALID', expect.stringContaining('as Bearer')])
  expect(told(await call({ authorization: `Bearer ${free}` }))).toEqual([200, 'OK'])
})

test.each<[string, object]>([
  ['a certificate', { 'x5t#S256': 'A'.repeat(43) }],
  ['a key and a certificate', { jkt: 'A'.repeat(43), 'x5t#S256': 'A'.repeat(43) }],
  ['nothing at all', {}],
  ['a text that is no thumbprint', { jkt: 'key' }],
])('a token bound to %s opens nothing: the binding cannot be looked at here', async (_what, cnf) => {
  const bound = await tokenWith(cnf)
  expect(told(await call({ authorization: `Bearer ${bound}` }))).toEqual([401, 'TOKEN_INVALID'])
  expect(told(await call(dpop(await holder.prove({ ...me, token: bound }), bound)))).toEqual([401, 'TOKEN_INVALID'])
})

test('whoever sends a stolen token is counted, and an entry of the log under the name of whom it was stolen from', async () => {
  const thief = await tokenWith({ jkt: (await createProver()).jkt })
  await call({ authorization: `Bearer ${thief}` }, { method: 'GET', path: '/v1/matters' })
  await eventually(async () => {
    const refusals = await parsedEntries<{ caller: string; code: string }>(hub.database.pool, 'refusal')
    return refusals.some(({ caller, code }) => caller === system && code === 'PROOF_REQUIRED')
  })
  const metrics = await (await fetch(`${hub.exchange.address}/metrics`)).text()
  expect(metrics).toMatch(/^datarun_door_refusals_total\{code="PROOF_REQUIRED"\} [1-9]/m)
})
