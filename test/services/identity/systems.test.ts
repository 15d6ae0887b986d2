import { randomUUID } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt, decodeProtectedHeader, importJWK, type JWK, type JWTPayload, SignJWT } from 'jose'
import { createTokenVerifier } from '../../../services/exchange/platform/identity/token.ts'
import { freePort } from '../../../services/local/ports.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { audience, startInstance, startTestIssuer, type TestIssuer } from '../../support/issuer.ts'

const registry = 'civil-affairs/marriage-registry'
let database: TestDatabase
let issuer: TestIssuer

beforeAll(async () => {
  database = await createDatabase()
  issuer = await startTestIssuer(database.url)
  await database.pool.query(
    `insert into department (id, title, credit_code) values ('civil-affairs', '{}', '11310000002420331X')`,
  )
  await register(registry)
})
afterAll(async () => {
  await issuer.close()
  await database.drop()
})

async function register(system: string, { active = true, roles = ['system'] } = {}) {
  const { publicKeys } = await issuer.keys.of(system)
  await database.pool.query(
    `insert into department_system (id, department, title, jwks, roles, active) values ($1, 'civil-affairs', '{}', $2, $3, $4)`,
    [system, JSON.stringify(publicKeys), roles, active],
  )
}

async function assertion(changes: JWTPayload = {}, system = registry, key?: JWK): Promise<string> {
  const privateKey = key ?? (await issuer.keys.of(system)).privateKey
  const seconds = Math.floor(Date.now() / 1000)
  const claims = { iss: system, sub: system, aud: issuer.issuer, jti: randomUUID(), iat: seconds, exp: seconds + 60 }
  return new SignJWT({ ...claims, ...changes })
    .setProtectedHeader({ alg: 'ES256', kid: privateKey.kid })
    .sign(await importJWK(privateKey, 'ES256'))
}

async function ask(client_assertion: string, more: Record<string, string> = {}, at = issuer.issuer) {
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: registry,
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion,
    ...more,
  })
  const response = await fetch(`${at}/token`, { method: 'POST', body })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}

const refusedFor = (error_description: unknown) => ({
  status: 401,
  body: { error: 'invalid_client', error_description },
})
const refused = refusedFor('jti was used before: sign each assertion anew')

test('a registered system gets a token of ten minutes that says who it is', async () => {
  const { status, body } = await ask(await assertion())
  expect(status).toBe(200)
  expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 600 })
  const claims = decodeJwt(String(body.access_token))
  expect(claims).toMatchObject({
    iss: issuer.issuer,
    aud: audience,
    sub: registry,
    department: 'civil-affairs',
    roles: ['system'],
  })
  expect(claims.exp! - claims.iat!).toBe(600)
})

test('the exchange knows a system and the operator by the tokens of the issuer', async () => {
  const verify = createTokenVerifier({ issuers: [issuer], audience, now: () => new Date() })
  expect(await verify(await issuer.tokenOf(registry))).toEqual({
    id: registry,
    kind: 'system',
    department: 'civil-affairs',
    roles: ['system'],
  })
  expect(await verify(await issuer.tokenOf('hub/operator'))).toEqual({
    id: 'hub/operator',
    kind: 'system',
    department: 'hub',
    roles: ['operator'],
  })
})

test('a system nobody registered gets no token, and the error names the way out', async () => {
  await expect(issuer.tokenOf('civil-affairs/nobody')).rejects.toThrow(
    /refused civil-affairs\/nobody a token \(invalid_client: kid names no registered key of this client\): check that the system is registered/,
  )
})

test('a system made inactive gets no token from that moment on', async () => {
  await register('civil-affairs/old-registry')
  expect(await issuer.tokenOf('civil-affairs/old-registry')).toContain('.')
  await database.pool.query(`update department_system set active = false where id = 'civil-affairs/old-registry'`)
  await expect(issuer.tokenOf('civil-affairs/old-registry')).rejects.toThrow('invalid_client')
})

test.each<[string, string, () => Promise<string>]>([
  ['meant for another server', 'aud must be the issuer', () => assertion({ aud: 'https://another.example' })],
  [
    'that lives for an hour',
    'exp must be at most five minutes away',
    () => assertion({ exp: Math.floor(Date.now() / 1000) + 3600 }),
  ],
  ['that has expired', 'exp is past', () => assertion({ exp: Math.floor(Date.now() / 1000) - 60 })],
  ['without jti', 'jti must be', () => assertion({ jti: undefined })],
  ['issued by another system', 'iss and sub must both be', () => assertion({ iss: 'hub/operator' })],
  [
    "signed with another system's key",
    'kid names no registered key',
    async () => assertion({}, registry, (await issuer.keys.of('hub/operator')).privateKey),
  ],
])('an assertion %s is refused, and told why', async (_, why, make) => {
  expect(await ask(await make())).toEqual(refusedFor(expect.stringContaining(why)))
})

test.each([
  ['that speaks of another system than the request', () => assertion({ sub: 'hub/operator' })],
  ['that is garbage', () => 'garbage'],
])('an assertion %s makes a bad request', async (_, make) => {
  expect(await ask(await make())).toMatchObject({ status: 400, body: { error: 'invalid_request' } })
})

test('a token for another audience is refused', async () => {
  expect(await ask(await assertion(), { resource: 'urn:another:hub' })).toMatchObject({
    status: 400,
    body: { error: 'invalid_target' },
  })
})

test('an assertion works once, however many ask at the same time', async () => {
  const once = await assertion()
  const answers = await Promise.all(Array.from({ length: 8 }, () => ask(once)))
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.filter(({ status }) => status !== 200)).toEqual(Array(7).fill(refused))
})

test('a used assertion is refused by a second instance, and after a restart', async () => {
  const port = await freePort()
  const once = await assertion()
  expect((await ask(once)).status).toBe(200)
  const second = await startInstance({ ...issuer.environment, DATARUN_PORT: String(port) })
  try {
    expect(await ask(once, {}, `http://127.0.0.1:${port}`)).toEqual(refused)
    expect((await ask(await assertion(), {}, `http://127.0.0.1:${port}`)).status).toBe(200)
  } finally {
    await second.close()
  }
})

test('a new signing key signs from the day it stands first, and tokens of the old one go on', async () => {
  const oldToken = await issuer.tokenOf(registry)
  const file = `${await issuer.keys.issuerFile()}.rotated`
  const { keys } = JSON.parse(await readFile(await issuer.keys.issuerFile(), 'utf8')) as { keys: JWK[] }
  const { privateKey } = await issuer.keys.of('hub/next-signing-key')
  await writeFile(file, JSON.stringify({ keys: [privateKey, ...keys] }))
  const port = await freePort()
  const at = `http://127.0.0.1:${port}`
  const rotated = await startInstance({
    ...issuer.environment,
    DATARUN_PORT: String(port),
    DATARUN_ISSUER_KEYS_FILE: file,
  })
  try {
    const { body } = await ask(await assertion(), {}, at)
    expect(decodeProtectedHeader(String(body.access_token)).kid).toBe(privateKey.kid)
    const trusted = { ...issuer, jwksUrl: `${at}/jwks` }
    const verify = createTokenVerifier({ issuers: [trusted], audience, now: () => new Date() })
    expect(await verify(String(body.access_token))).toMatchObject({ id: registry })
    expect(await verify(oldToken)).toMatchObject({ id: registry })
  } finally {
    await rotated.close()
  }
})

test('what the issuer logs holds no token, no assertion and no key', async () => {
  const secret = await assertion({ aud: 'https://another.example' })
  await ask(secret)
  const log = issuer.log()
  expect(log).toContain('no token given')
  expect(log).not.toContain(secret.split('.')[2])
  expect(log).not.toContain((await issuer.keys.of(registry)).privateKey.d)
})

test.each(['client_id', 'client_assertion', 'client_assertion_type', 'grant_type', 'resource', 'scope', 'code'])(
  'U+0000 in %s is no failure of the issuer, and opens nothing',
  async member => {
    for (const text of ['\0', `civil-affairs/\0registry`, `${await assertion()}\0`]) {
      const { status } = await ask(await assertion(), { [member]: text })
      // An extension parameter that the grant does not know is ignored (RFC 6749 §3.2).
      expect(member === 'code' ? [200] : [400, 401]).toContain(status)
    }
  },
)

test('U+0000 in an address of the issuer is refused, too', async () => {
  for (const path of ['/auth?client_id=a%00b', '/sign-in/a%00b', '/session/end?client_id=%00', '/auth/a%00b']) {
    const { status } = await fetch(issuer.issuer + path, { redirect: 'manual' })
    expect([path, status < 500]).toEqual([path, true])
  }
})
