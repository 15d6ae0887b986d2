import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { decodeJwt, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify } from 'jose'
import { createTokenSource } from '../../../services/contract/token-source.ts'
import { freePort } from '../../../services/local/ports.ts'

const start = new Date('2026-11-24T10:00:00Z')
const clientId = 'civil-affairs/marriage-registry'
const audience = 'urn:datarun:hub'
let server: Server
let issuer: string
let privateKey: JWK
let answer: { status: number; body: unknown }
let forms: URLSearchParams[]

/** Any OpenID provider: discovery, and a token endpoint elsewhere than ours. */
async function respond(request: IncomingMessage): Promise<{ status: number; body: unknown }> {
  if (request.url?.startsWith('/.well-known/'))
    return { status: 200, body: { token_endpoint: `${issuer}/oauth/token` } }
  forms.push(new URLSearchParams(await text(request)))
  return answer
}

beforeAll(async () => {
  privateKey = { ...(await exportJWK((await generateKeyPair('EdDSA', { extractable: true })).privateKey)), kid: 'one' }
  server = createServer(async (request, response) => {
    const { status, body } = await respond(request)
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => new Promise(resolve => server.close(resolve)))
beforeEach(() => {
  forms = []
  answerWith('first')
})

function answerWith(access_token: string) {
  answer = { status: 200, body: { access_token, expires_in: 600, token_type: 'Bearer' } }
}

function source() {
  const clock = { at: start.getTime() }
  const now = () => new Date(clock.at)
  return { clock, ...createTokenSource({ issuer, clientId, privateKey, audience, now }) }
}

test('a system proves who it is by a signed assertion, new for each request', async () => {
  await source().token()
  await source().token()
  const assertions = forms.map(form => form.get('client_assertion')!)
  const { d: _private, ...publicKey } = privateKey
  const { payload } = await jwtVerify(assertions[0]!, await importJWK(publicKey, 'EdDSA'), { currentDate: start })
  expect(payload).toMatchObject({ iss: clientId, sub: clientId, aud: issuer })
  expect(payload.exp! - payload.iat!).toBe(60)
  expect(decodeJwt(assertions[1]!).jti).not.toBe(payload.jti)
  expect(forms[0]!.get('resource')).toBe(audience)
})

test('many who need a token at the same time cause one request', async () => {
  const { token } = source()
  const tokens = await Promise.all(Array.from({ length: 50 }, () => token()))
  expect(new Set(tokens)).toEqual(new Set(['first']))
  expect(forms).toHaveLength(1)
})

test('a token is kept until a minute before it expires, and then renewed', async () => {
  const { token, clock } = source()
  await token()
  answerWith('second')
  clock.at += 539_999
  expect(await token()).toBe('first')
  clock.at += 1
  expect(await token()).toBe('second')
})

test('while the issuer is out of order the old token serves as long as it is good', async () => {
  const { token, clock } = source()
  await token()
  answer = { status: 503, body: {} }
  clock.at += 599_000
  expect(await token()).toBe('first')
  clock.at += 1_000
  await expect(token()).rejects.toThrow(`The issuer ${issuer} is out of order (HTTP 503): try again`)
  answerWith('second')
  expect(await token()).toBe('second')
})

test('a refusal says what to check, and repeats neither assertion nor key', async () => {
  answer = { status: 401, body: { error: 'invalid_client' } }
  const error = await source()
    .token()
    .catch((reason: Error) => reason.message)
  expect(error).toContain(`refused ${clientId} a token (invalid_client): check that the system is registered`)
  expect(error).not.toContain(forms[0]!.get('client_assertion'))
  expect(error).not.toContain(privateKey.d)
})

test('a refusal passes on what the issuer says is wrong, unless it could repeat the assertion', async () => {
  const said = async (error_description: unknown) => {
    answer = { status: 401, body: { error: 'invalid_client', error_description } }
    return source()
      .token()
      .catch((reason: Error) => reason.message)
  }
  expect(await said('exp is past')).toContain('a token (invalid_client: exp is past): check that')
  for (const unfit of ['x'.repeat(121), 'two\nlines', 5, ''])
    expect(await said(unfit)).toContain('(invalid_client): check')
})

test('a refusal for another cause than the assertion sends nobody to look at keys and clocks', async () => {
  answer = { status: 400, body: { error: 'invalid_grant', error_description: 'send the header DPoP with a proof' } }
  await expect(source().token()).rejects.toThrow(/a token \(invalid_grant: send the header DPoP with a proof\)$/)
})

test('an issuer that does not answer is named', async () => {
  const nowhere = `http://127.0.0.1:${await freePort()}`
  const { token } = createTokenSource({ issuer: nowhere, clientId, privateKey, audience })
  await expect(token()).rejects.toThrow(`The issuer ${nowhere} does not answer (ECONNREFUSED)`)
})

test('an address that is no issuer is named', async () => {
  const { token } = createTokenSource({ issuer: `${issuer}/oauth`, clientId, privateKey, audience })
  await expect(token()).rejects.toThrow(`${issuer}/oauth has no OpenID discovery document: check its address`)
})
