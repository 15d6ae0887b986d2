import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type CryptoKey, exportJWK, exportSPKI, generateKeyPair, type JWTPayload, SignJWT, UnsecuredJWT } from 'jose'
import { roles } from '../../../../../services/contract/role.ts'
import { createTokenVerifier } from '../../../../../services/exchange/platform/identity/token.ts'
import { freePort } from '../../../../../services/local/ports.ts'

const everything = { roles, departments: '*' as const }
const audience = 'urn:datarun:hub'
const issuer = 'https://issuer.example'
const silent = 'https://silent.example'
const start = new Date('2026-11-24T10:00:00Z')
const seconds = start.getTime() / 1000
const claims = {
  client_id: 'civil-affairs/marriage-registry',
  department: 'civil-affairs',
  roles: ['system', 'some-role-of-another-resource'],
}

let es: Awaited<ReturnType<typeof generateKeyPair>>
let ed: typeof es
let stranger: typeof es
let other: typeof es
let server: Server
let jwksUrl: string
let silentUrl: string
let downloads = 0

beforeAll(async () => {
  silentUrl = `http://127.0.0.1:${await freePort()}/jwks`
  es = await generateKeyPair('ES256', { extractable: true })
  ed = await generateKeyPair('EdDSA', { extractable: true })
  stranger = await generateKeyPair('ES256')
  other = await generateKeyPair('ES384', { extractable: true })
  const keys = [
    { ...(await exportJWK(es.publicKey)), kid: 'es', alg: 'ES256', use: 'sig' },
    { ...(await exportJWK(ed.publicKey)), kid: 'ed', alg: 'EdDSA', use: 'sig' },
    { ...(await exportJWK(ed.publicKey)), kid: 'new-ed', alg: 'Ed25519', use: 'sig' },
    { ...(await exportJWK(other.publicKey)), kid: 'other', alg: 'ES384', use: 'sig' },
  ]
  server = createServer((_, response) => {
    downloads += 1
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ keys }))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  jwksUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`
})
afterAll(() => new Promise(resolve => server.close(resolve)))

function verifier({ now = () => start } = {}) {
  const reasons: string[] = []
  const issuers = [
    { issuer, jwksUrl, ...everything },
    { issuer: silent, jwksUrl: silentUrl, ...everything },
  ]
  return { reasons, verify: createTokenVerifier({ issuers, audience, now, refused: reason => reasons.push(reason) }) }
}

type Signing = { alg?: string; kid?: string; key?: CryptoKey; leaveOut?: string }
function sign(changes: JWTPayload = {}, { alg = 'ES256', kid = 'es', key = es.privateKey, leaveOut }: Signing = {}) {
  const all: JWTPayload = {
    iss: issuer,
    aud: audience,
    sub: 'civil-affairs/marriage-registry',
    iat: seconds,
    exp: seconds + 600,
    ...claims,
    ...changes,
  }
  if (leaveOut) delete all[leaveOut]
  return new SignJWT(all).setProtectedHeader({ alg, kid, typ: 'at+jwt' }).sign(key)
}

const system = { id: 'civil-affairs/marriage-registry', kind: 'system', department: 'civil-affairs', roles: ['system'] }

test('a system is known by its token, signed with ES256 or Ed25519 under either of its names', async () => {
  const { verify } = verifier()
  expect(await verify(await sign())).toEqual(system)
  for (const alg of ['EdDSA', 'Ed25519'])
    for (const kid of ['ed', 'new-ed'])
      expect(await verify(await sign({}, { alg, kid, key: ed.privateKey }))).toEqual(system)
})

test('a citizen is known by role and subject', async () => {
  const { verify } = verifier()
  const subject = { type: 'person', id: '11010519491231002X' }
  const token = await sign(
    { sub: 'li-mei', client_id: 'datarun-console', roles: ['citizen'], subject },
    { leaveOut: 'department' },
  )
  expect(await verify(token)).toEqual({ id: 'li-mei', kind: 'person', roles: ['citizen'], subject })
})

test('whatever else an issuer says of a citizen within the subject goes no further', async () => {
  const { verify } = verifier()
  const subject = { type: 'person', id: '11010519491231002X' }
  const token = await sign(
    { sub: 'li-mei', client_id: 'datarun-console', roles: ['citizen'], subject: { ...subject, name: '李梅' } },
    { leaveOut: 'department' },
  )
  expect(await verify(token)).toEqual({ id: 'li-mei', kind: 'person', roles: ['citizen'], subject })
})

const bad: Record<string, () => Promise<string> | string> = {
  'for another audience': () => sign({ aud: 'urn:another:hub' }),
  'of an issuer nobody named': () => sign({ iss: 'https://evil.example' }),
  'expired more than ten seconds ago': () => sign({ iat: seconds - 611, exp: seconds - 11 }),
  'issued more than a minute in the future': () => sign({ iat: seconds + 61 }),
  'not valid before later': () => sign({ nbf: seconds + 11 }),
  'signed by an unknown key': () => sign({}, { kid: 'another', key: stranger.privateKey }),
  'signed by a stranger under a known key id': () => sign({}, { key: stranger.privateKey }),
  'of an algorithm that is not ours, though the issuer has it': () =>
    sign({}, { alg: 'ES384', kid: 'other', key: other.privateKey }),
  'without audience': () => sign({}, { leaveOut: 'aud' }),
  'without issuer': () => sign({}, { leaveOut: 'iss' }),
  'without subject': () => sign({}, { leaveOut: 'sub' }),
  'without expiry': () => sign({}, { leaveOut: 'exp' }),
  'without time of issue': () => sign({}, { leaveOut: 'iat' }),
  'of algorithm none': () =>
    new UnsecuredJWT({
      ...claims,
      sub: claims.client_id,
      iss: issuer,
      aud: audience,
      iat: seconds,
      exp: seconds + 600,
    }).encode(),
  'signed by HS256 with the public key': async () => {
    const [, payload] = (await sign()).split('.')
    const header = Buffer.from(JSON.stringify({ alg: 'HS256', kid: 'es' })).toString('base64url')
    const mac = createHmac('sha256', await exportSPKI(es.publicKey))
      .update(`${header}.${payload}`)
      .digest('base64url')
    return `${header}.${payload}.${mac}`
  },
  'with a changed payload': async () => {
    const [header, payload, signature] = (await sign()).split('.')
    const changed = { ...JSON.parse(Buffer.from(payload!, 'base64url').toString()), roles: ['operator'] }
    return `${header}.${Buffer.from(JSON.stringify(changed)).toString('base64url')}.${signature}`
  },
  'without its signature': async () => (await sign()).replace(/[^.]+$/, ''),
  // Such a name stands in no log entry: its entries would hold up those of all others.
  'whose name holds U+0000': () => sign({ sub: 'li\u0000mei', roles: ['citizen'] }, { leaveOut: 'department' }),
  'whose name holds half a surrogate pair': () => sign({ sub: 'li\ud800', roles: ['citizen'] }),
  'whose name is longer than 255 characters': () => sign({ sub: 'l'.repeat(256), roles: ['citizen'] }),
  'whose department holds U+0000': () => sign({ sub: 'li-mei', department: 'civil\u0000affairs', roles: ['steward'] }),
  'of a system of another department': () => sign({ department: 'taxation' }),
  'of a system without department': () => sign({}, { leaveOut: 'department' }),
  'of a system that claims to be a citizen': () => sign({ roles: ['system', 'citizen'] }),
  'whose sub is a number': () => sign({ sub: 17 as never }, { leaveOut: 'client_id' }),
  'whose sub is a list that equals the client': () => sign({ sub: ['a'] as never, client_id: ['a'] }),
  'whose sub has half of a character': () => sign({ sub: 'li-mei\ud800', client_id: 'datarun-console', roles: [] }),
  'whose sub has NUL': () => sign({ sub: 'li-mei\0', client_id: 'datarun-console', roles: [] }),
  'whose sub is too long': () => sign({ sub: 'x'.repeat(256), client_id: 'datarun-console', roles: [] }),
  'whose department is no id': () => sign({ sub: 'li-mei', department: 'Civil\0Affairs', roles: ['steward'] }),
  'whose department is empty': () => sign({ sub: 'li-mei', department: '', roles: ['steward'] }),
  'of a person who claims to be a system': () => sign({ sub: 'civil-affairs/li-mei', roles: ['system'] }),
  'with a subject whose id is malformed': () =>
    sign({ sub: 'li-mei', roles: ['citizen'], subject: { type: 'person', id: '1' } }),
  'that is garbage': () => 'garbage',
  'that is empty': () => '',
  'of garbage in three parts': () => 'a.b.c',
  'of JSON that is no object': () =>
    `${Buffer.from('null').toString('base64url')}.${Buffer.from('[]').toString('base64url')}.AA`,
}

test.each(Object.entries(bad))('a token %s is refused, and the answer does not say why', async (_, make) => {
  const { verify, reasons } = verifier()
  expect(await verify(await make())).toEqual({ failure: 'TOKEN_INVALID' })
  expect(reasons).toHaveLength(1)
})

test('a clock that runs a little ahead or behind is tolerated', async () => {
  const { verify } = verifier()
  expect(await verify(await sign({ iat: seconds + 59 }))).toEqual(system)
  expect(await verify(await sign({ iat: seconds - 609, exp: seconds - 9 }))).toEqual(system)
})

test('an issuer that does not answer is an outage, not a bad token', async () => {
  const { verify } = verifier()
  expect(await verify(await sign({ iss: silent }))).toEqual({ failure: 'UNAVAILABLE' })
})

test('a token seen before is answered without a promise until it expires', async () => {
  let at = start
  const { verify } = verifier({ now: () => at })
  const token = await sign()
  await verify(token)
  expect(verify(token)).toEqual(system)
  at = new Date(start.getTime() + 599_000)
  expect(verify(token)).toEqual(system)
  at = new Date(start.getTime() + 611_000)
  expect(await verify(token)).toEqual({ failure: 'TOKEN_INVALID' })
})

test('tokens with unknown keys do not make the exchange ask the issuer each time', async () => {
  const { verify } = verifier()
  downloads = 0
  for (let i = 0; i < 20; i++) await verify(await sign({}, { kid: `unknown-${i}`, key: stranger.privateKey }))
  expect(downloads).toBe(1)
})
