/**
 * The issuer speaks of itself by DATARUN_ISSUER, never by what a caller or a proxy says in Host or X-Forwarded-*:
 * else anyone could have discovery name a server of his own, and libraries would send assertions there.
 */
import { type IncomingHttpHeaders, request } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { freePort } from '../../../services/local/ports.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { redirectUri, startInstance, startTestIssuer, type TestIssuer } from '../../support/issuer.ts'

const issuer = 'https://hub.example.gov.cn/id'
const person = {
  id: 'li-mei',
  name: { zh: '李梅', en: 'Li Mei' },
  about: { zh: '市民', en: 'Citizen' },
  roles: ['citizen' as const],
}
let database: TestDatabase
let local: TestIssuer
let behindProxy: { close(): Promise<void> }
let port: number

beforeAll(async () => {
  database = await createDatabase()
  local = await startTestIssuer(database.url, [person])
  port = await freePort()
  behindProxy = await startInstance({ ...local.environment, DATARUN_ISSUER: issuer, DATARUN_PORT: String(port) })
})
afterAll(async () => {
  await behindProxy?.close()
  await local?.close()
  await database?.drop()
})

/** By node:http, since fetch sets Host itself and cannot ask for an address in absolute form. */
async function get(path: string, headers: Record<string, string | string[]>) {
  const response = await new Promise<{ status: number; headers: IncomingHttpHeaders; body: string }>(
    (resolve, reject) => {
      const asking = request({ host: '127.0.0.1', port, path, headers, setHost: !('host' in headers) }, async answer =>
        resolve({ status: answer.statusCode!, headers: answer.headers, body: await text(answer) }),
      )
      asking.on('error', reject).end()
    },
  )
  return response
}

const discovery = '/.well-known/openid-configuration'
const cases: [string, string, Record<string, string | string[]>][] = [
  ['nothing', discovery, {}],
  ['another Host', discovery, { host: 'evil.example' }],
  ['a Host with a user', discovery, { host: 'hub.example.gov.cn@evil.example' }],
  ['an empty Host', discovery, { host: '' }],
  ['X-Forwarded-Host and -Proto', discovery, { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' }],
  [
    'lists of X-Forwarded-*',
    discovery,
    { 'x-forwarded-host': 'a.example, b.example', 'x-forwarded-proto': 'gopher,x' },
  ],
  ['Forwarded', discovery, { forwarded: 'host=evil.example;proto=http' }],
  ['X-Forwarded-Prefix', discovery, { 'x-forwarded-prefix': '/evil' }],
  ['the address in absolute form', `http://evil.example${discovery}`, {}],
  ['the path that a proxy left on', `/id${discovery}`, {}],
]

test.each(cases)('by %s, discovery tells addresses of DATARUN_ISSUER alone', async (_, path, headers) => {
  const { status, body } = await get(path, headers)
  expect(status).toBe(200)
  const told = Object.entries(JSON.parse(body) as Record<string, unknown>)
  const addresses = told.filter(([name]) => name === 'issuer' || /_(endpoint|uri)$/.test(name))
  expect(addresses.map(([, address]) => String(address)).sort()).toEqual([
    issuer,
    `${issuer}/auth`,
    `${issuer}/jwks`,
    `${issuer}/session/end`,
    `${issuer}/token`,
  ])
})

test('whoever signs in stays below the path of the issuer, with cookies for https alone', async () => {
  const query = new URLSearchParams({
    client_id: 'datarun-console',
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'openid',
    code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
    code_challenge_method: 'S256',
  })
  const { status, headers } = await get(`/auth?${query}`, { host: 'evil.example', 'x-forwarded-proto': 'http' })
  expect([status, headers.location]).toEqual([303, expect.stringMatching(/^\/id\/sign-in\/[\w-]+$/)])
  const cookies = headers['set-cookie']!
  expect(cookies.every(cookie => /; secure/i.test(cookie) && /; path=\/id\/(sign-in|auth)\//i.test(cookie))).toBe(true)
  const page = await get(headers.location!, { cookie: cookies.map(cookie => cookie.split(';')[0]!).join('; ') })
  expect([page.status, page.body]).toEqual([200, expect.stringContaining('李梅')])
})
