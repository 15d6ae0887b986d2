import { createHash, randomBytes } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { decodeJwt } from 'jose'
import { createTokenVerifier } from '../../../services/exchange/platform/identity/token.ts'
import { type Person, readPeople } from '../../../services/identity/people.ts'
import { createDatabase, type TestDatabase } from '../../support/database.ts'
import { audience, redirectUri, startTestIssuer, type TestIssuer } from '../../support/issuer.ts'

const citizen: Person = {
  id: 'li-mei',
  name: { zh: '李梅', en: 'Li <Mei>' },
  about: { zh: '市民', en: 'Citizen' },
  roles: ['citizen'],
  subject: { type: 'person', id: '11010519491231002X' },
}
const steward: Person = {
  id: 'steward-civil-affairs',
  name: { zh: '王芳', en: 'Wang Fang' },
  about: { zh: '民政局数据管理员', en: 'Data steward of civil affairs' },
  roles: ['steward'],
  department: 'civil-affairs',
}

let database: TestDatabase
let issuer: TestIssuer
let without: TestIssuer

beforeAll(async () => {
  database = await createDatabase()
  issuer = await startTestIssuer(database.url, [citizen, steward])
  without = await startTestIssuer(database.url)
})
afterAll(async () => {
  await issuer.close()
  await without.close()
  await database.drop()
})

function authorization(changes: Record<string, string | undefined> = {}, at = issuer) {
  const all = {
    client_id: 'datarun-console',
    response_type: 'code',
    scope: 'openid profile',
    redirect_uri: redirectUri,
    code_challenge: createHash('sha256').update('v'.repeat(43)).digest('base64url'),
    code_challenge_method: 'S256',
    state: randomBytes(8).toString('hex'),
    ...changes,
  }
  const query = Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined)
  return fetch(`${at.issuer}/auth?${new URLSearchParams(query)}`, {
    redirect: 'manual',
    headers: { accept: 'text/html' },
  })
}

async function openSignInPage() {
  const begun = await authorization()
  const address = new URL(begun.headers.get('location')!, issuer.issuer)
  const cookie = begun.headers
    .getSetCookie()
    .map(one => one.split(';')[0])
    .join('; ')
  return { address, cookie, page: await fetch(address, { headers: { cookie } }) }
}

test('a citizen who signs in by code and PKCE is known to the exchange, with the subject', async () => {
  const verify = createTokenVerifier({ issuers: [issuer], audience, now: () => new Date() })
  expect(await verify(await issuer.signIn('li-mei'))).toEqual({
    id: 'li-mei',
    kind: 'person',
    roles: ['citizen'],
    subject: { type: 'person', id: '11010519491231002X' },
  })
})

test('the name of a person is told in both languages, each with its tag', async () => {
  const verifier = 'v'.repeat(43)
  const { address, cookie } = await openSignInPage()
  const form = { method: 'POST', body: new URLSearchParams({ person: 'li-mei' }), redirect: 'manual' } as const
  const chosen = await fetch(address, { ...form, headers: { cookie } })
  const cookies = [cookie, ...chosen.headers.getSetCookie().map(one => one.split(';')[0])].join('; ')
  const back = await followTo(redirectUri, chosen.headers.get('location')!, cookies)
  const proof = { code: back.searchParams.get('code')!, code_verifier: verifier, redirect_uri: redirectUri }
  const body = new URLSearchParams({ grant_type: 'authorization_code', client_id: 'datarun-console', ...proof })
  const { id_token } = (await (await fetch(`${issuer.issuer}/token`, { method: 'POST', body })).json()) as Tokens
  expect(decodeJwt(id_token)).toMatchObject({ name: '李梅', 'name#zh': '李梅', 'name#en': 'Li <Mei>' })
})

type Tokens = { id_token: string }

async function followTo(end: string, start: string, cookie: string): Promise<URL> {
  let address = start
  while (!address.startsWith(end)) {
    const response = await fetch(new URL(address, issuer.issuer), { redirect: 'manual', headers: { cookie } })
    const more = response.headers.getSetCookie().map(one => one.split(';')[0])
    cookie = [cookie, ...more].join('; ')
    address = response.headers.get('location')!
  }
  return new URL(address)
}

test('a steward stands for a department', async () => {
  const verify = createTokenVerifier({ issuers: [issuer], audience, now: () => new Date() })
  expect(await verify(await issuer.signIn('steward-civil-affairs'))).toEqual({
    id: 'steward-civil-affairs',
    kind: 'person',
    department: 'civil-affairs',
    roles: ['steward'],
  })
})

test('the sign-in page lists the sample people in both languages, without their ids', async () => {
  const { page } = await openSignInPage()
  const html = await page.text()
  expect(html).toContain('李梅')
  expect(html).toContain('Li &lt;Mei&gt;')
  expect(html).toContain('Data steward of civil affairs')
  expect(html).not.toContain('11010519491231002X')
})

test('pages forbid scripts, frames and foreign forms', async () => {
  const { page } = await openSignInPage()
  const policy = page.headers.get('content-security-policy')
  expect(policy).toContain("default-src 'none'")
  expect(policy).toContain("script-src 'none'")
  expect(policy).toContain("frame-ancestors 'none'")
  expect(policy).toContain("form-action 'self' http://127.0.0.1:1;")
})

test('nobody signs in as someone who is not on the list', async () => {
  await expect(issuer.signIn('mallory')).rejects.toThrow('answered HTTP 400')
})

test('a sign-in begun in one browser does not go on in another', async () => {
  const { address } = await openSignInPage()
  const body = new URLSearchParams({ person: 'li-mei' })
  const response = await fetch(address, { method: 'POST', body, redirect: 'manual' })
  expect(response.status).toBe(400)
  expect(await response.text()).toContain('this sign-in has ended, or was begun in another browser')
})

test.each([
  ['without PKCE', { code_challenge: undefined, code_challenge_method: undefined }, 'invalid_request'],
  ['with a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
  ['for a token at once', { response_type: 'token' }, 'unsupported_response_type'],
  ['for another audience', { resource: 'urn:another:hub' }, 'invalid_target'],
])('asking to sign in %s is refused', async (_, changes, error) => {
  const location = new URL((await authorization(changes)).headers.get('location')!)
  expect(location.searchParams.get('error') ?? new URLSearchParams(location.hash.slice(1)).get('error')).toBe(error)
})

test('nobody is sent to an address that is not registered', async () => {
  const response = await authorization({ redirect_uri: 'https://evil.example/' })
  expect(response.status).toBe(400)
  expect(response.headers.get('location')).toBeNull()
})

test('a code without its verifier is worth nothing, and a code works once', async () => {
  const { address, cookie } = await openSignInPage()
  const chosen = await fetch(address, {
    method: 'POST',
    body: new URLSearchParams({ person: 'li-mei' }),
    headers: { cookie },
    redirect: 'manual',
  })
  const resumed = await fetch(chosen.headers.get('location')!, { headers: { cookie }, redirect: 'manual' })
  const code = new URL(resumed.headers.get('location')!).searchParams.get('code')!
  expect((await redeem(code, 'w'.repeat(43))).status).toBe(400)
  const answers = await Promise.all(Array.from({ length: 6 }, () => redeem(code, 'v'.repeat(43))))
  expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
})

const redeem = (code: string, code_verifier: string) =>
  fetch(`${issuer.issuer}/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'authorization_code',
      client_id: 'datarun-console',
      redirect_uri: redirectUri,
      code,
      code_verifier,
    }),
  })

test('without the setting there are no sample people, no console and no sign-in page', async () => {
  expect(await (await authorization({}, without)).text()).toContain('invalid_client')
  expect((await fetch(`${without.issuer}/sign-in/anything`)).status).toBe(404)
})

test.each([
  ['no list', '{}', 'at the root'],
  ['not JSON', 'li-mei', 'is not JSON'],
  ['an unknown role', JSON.stringify([{ ...citizen, roles: ['king'] }]), '/0/roles/0'],
  ['a person who is a system', JSON.stringify([{ ...citizen, roles: ['system'] }]), '/0/roles/0'],
  ['an id that could be a system', JSON.stringify([{ ...citizen, id: 'civil-affairs/registry' }]), '/0/id'],
  ['a misspelt member', JSON.stringify([{ ...citizen, departement: 'x' }]), '/0'],
  [
    'a wrong check digit',
    JSON.stringify([{ ...citizen, subject: { type: 'person', id: '110105194912310021' } }]),
    '/0/subject/id',
  ],
  ['the same id twice', JSON.stringify([citizen, citizen]), '/1/id'],
])('a file of people with %s is refused, naming the place', (_, text, place) => {
  expect(() => readPeople(text)).toThrow(place)
  expect(() => readPeople(text)).not.toThrow('110105194912310021')
})
