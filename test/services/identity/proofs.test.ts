import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt, importJWK, SignJWT } from 'jose'
import { createAuthorize } from '../../../services/contract/token-source.ts'
import { freePort } from '../../../services/local/ports.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { audience, startInstance, startTestIssuer, type TestIssuer } from '../../support/issuer.ts'
import { createProver, type Forged, type Prover } from '../../support/prover.ts'

const free = 'civil-affairs/marriage-registry'
const demanding = 'civil-affairs/title-office'
let database: TestDatabase
let issuer: TestIssuer
let prover: Prover

beforeAll(async () => {
  database = await createDatabase()
  issuer = await startTestIssuer(database.url)
  prover = await createProver()
  await database.pool.query(
    `insert into department (id, title, credit_code) values ('civil-affairs', '{}', '11310000002420331X')`,
  )
  for (const system of [free, demanding]) {
    const { publicKeys } = await issuer.keys.of(system)
    await database.pool.query(
      `insert into department_system (id, department, title, jwks, dpop_required) values ($1, 'civil-affairs', '{}', $2, $3)`,
      [system, JSON.stringify(publicKeys), system === demanding],
    )
  }
})
afterAll(async () => {
  await issuer.close()
  await database.drop()
})

async function ask(system: string, dpop?: string, at = issuer.issuer, jti: string = randomUUID()) {
  const { privateKey } = await issuer.keys.of(system)
  const seconds = Math.floor(Date.now() / 1000)
  const assertion = { iss: system, sub: system, aud: issuer.issuer, jti, exp: seconds + 60 }
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: await new SignJWT(assertion)
      .setProtectedHeader({ alg: 'ES256' })
      .sign(await importJWK(privateKey, 'ES256')),
  })
  const response = await fetch(`${at}/token`, { method: 'POST', body, headers: dpop ? { dpop } : {} })
  return { status: response.status, body: (await response.json()) as Record<string, unknown> }
}
const proof = (forged: Forged = {}, url = `${issuer.issuer}/token`) => prover.prove({ method: 'POST', url }, forged)
const bindingOf = (token: unknown) => decodeJwt(String(token)).cnf

test('a token asked for with a proof is bound to its key, and one without to none', async () => {
  const bound = await ask(free, await proof())
  expect([bound.status, bound.body.token_type, bindingOf(bound.body.access_token)]).toEqual([
    200,
    'DPoP',
    { jkt: prover.jkt },
  ])
  const unbound = await ask(free)
  expect([unbound.body.token_type, bindingOf(unbound.body.access_token)]).toEqual(['Bearer', undefined])
})

test('discovery tells the algorithms of proofs', async () => {
  const discovery = await fetch(`${issuer.issuer}/.well-known/openid-configuration`)
  expect(await discovery.json()).toMatchObject({ dpop_signing_alg_values_supported: ['ES256', 'Ed25519', 'EdDSA'] })
})

test('a system that demands proofs gets no token without one, and is told why', async () => {
  expect(await ask(demanding)).toEqual({
    status: 400,
    body: { error: 'invalid_grant', error_description: expect.stringContaining('send the header DPoP with a proof') },
  })
  expect((await ask(demanding, await proof())).body.token_type).toBe('DPoP')
})

test.each<[string, string, () => Promise<string>]>([
  ['for another address', 'htu must be the address', () => proof({}, 'https://evil.example/token')],
  ['for another method', 'htm must be the method', () => proof({ claims: { htm: 'GET' } })],
  ['of last week', 'iat must be the time', () => proof({ claims: { iat: 1_000_000_000 } })],
  ['with a private key', 'jwk holds a private key', () => proof({ header: { jwk: prover.jwk } })],
  [
    'signed by another key',
    'the signature does not fit jwk',
    async () => {
      const { jwk } = await createProver()
      const { d: _private, ...other } = jwk
      return proof({ header: { jwk: other } })
    },
  ],
  ['that is none', 'send one proof', async () => 'none'],
])('a proof %s gets no token, and the answer says: %s', async (_what, words, make) => {
  expect(await ask(free, await make())).toEqual({
    status: 400,
    body: { error: 'invalid_dpop_proof', error_description: expect.stringContaining(words) },
  })
})

test('a proof gets one token, from whichever instance', async () => {
  const port = await freePort()
  const second = await startInstance({ ...issuer.environment, DATARUN_PORT: String(port) })
  const once = await proof()
  const sent = Array.from({ length: 10 }, (_, n) => ask(free, once, n % 2 ? `http://127.0.0.1:${port}` : issuer.issuer))
  const answers = await Promise.all(sent)
  await second.close()
  expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
  expect(answers.find(({ status }) => status !== 200)).toEqual({
    status: 400,
    body: { error: 'invalid_dpop_proof', error_description: 'jti was used before: sign each proof anew' },
  })
})

test('the operator’s own system can be held to proofs by a setting', async () => {
  expect((await ask('hub/operator')).body.token_type).toBe('Bearer')
  const port = await freePort()
  const strict = await startInstance({
    ...issuer.environment,
    DATARUN_PORT: String(port),
    DATARUN_OPERATOR_DPOP: 'true',
  })
  const refused = await ask('hub/operator', undefined, `http://127.0.0.1:${port}`)
  const given = await ask('hub/operator', await proof(), `http://127.0.0.1:${port}`)
  await strict.close()
  expect([refused.status, given.status, given.body.token_type]).toEqual([400, 200, 'DPoP'])
})

test('our own clients bind their tokens, prove each call anew', async () => {
  const { privateKey } = await issuer.keys.of(free)
  const authorize = createAuthorize({ issuer: issuer.issuer, clientId: free, privateKey, audience })
  const url = 'https://hub.example.gov.cn/v1/me?limit=1'
  const [first, again] = [await authorize('GET', url), await authorize('GET', url)]
  const token = first.authorization!.replace('DPoP ', '')
  expect(again.authorization).toBe(first.authorization)
  expect(again.dpop).not.toBe(first.dpop)
  expect(decodeJwt(first.dpop!)).toMatchObject({ htm: 'GET', htu: 'https://hub.example.gov.cn/v1/me' })
  expect(bindingOf(token)).toEqual({ jkt: expect.stringMatching(/^[\w-]{43}$/) })
})
