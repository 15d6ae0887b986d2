/**
 * A trusted issuer could claim any role and department: a second one, of citizens, became operator and auditor. Each is bound
 * by the settings to roles and departments; without them it opens nothing.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Role, roles } from '../../../../../services/contract/role.ts'
import type { Caller } from '../../../../../services/exchange/platform/identity/caller.ts'
import { boundBy, type Issuer, readIssuer } from '../../../../../services/exchange/platform/identity/issuer.ts'
import { readExchangeSettings } from '../../../../../services/exchange/settings.ts'
import type { Person } from '../../../../../services/identity/people.ts'
import { trusting } from '../../../../../services/local/stack-settings.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { send, startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { startTestIssuer, type TestIssuer } from '../../../../support/issuer.ts'

const place = { issuer: 'https://issuer.example', jwksUrl: 'https://issuer.example/jwks' }
const subject = { type: 'person', id: '11010519491231002X' } as const

/** Every issuer of one role or none, for all departments, for one, for none. */
const issuers: Issuer[] = [undefined, ...roles].flatMap(role =>
  (['*', ['housing'], []] as const).map(departments => ({ ...place, roles: role ? [role] : [], departments })),
)

/** Every claim of one role, as a system or a person, of either department or none. */
const claims: Caller[] = roles.flatMap(role =>
  (['system', 'person'] as const).flatMap(kind =>
    ['housing', 'taxation', undefined].map(department => ({
      id: department ? `${department}/desk` : 'somebody',
      kind,
      roles: [role],
      subject,
      ...(department && { department }),
    })),
  ),
)

test.each(claims)('$kind of $department that claims to be $roles is what its issuer may say, and no more', claim => {
  for (const issuer of issuers) {
    const mayName = issuer.departments === '*' || !claim.department || issuer.departments.includes(claim.department)
    const bound = boundBy(issuer, claim)
    const held = issuer.roles.filter(role => claim.roles.includes(role))
    const { subject: own, ...rest } = claim
    const expected = { ...rest, roles: held, ...(held.includes('citizen') && { subject: own }) }
    expect(bound).toEqual(mayName ? expected : 'its issuer may not speak for its department')
  }
})

test.each<[string, string, Partial<Issuer>]>([
  ['an address alone', 'https://a.example', { jwksUrl: 'https://a.example/jwks', roles: [], departments: [] }],
  ['citizens', 'https://a.example||citizen', { roles: ['citizen'], departments: [] }],
  [
    'another address of its keys',
    'https://a.example/|https://keys.example/a|steward system|housing taxation',
    { jwksUrl: 'https://keys.example/a', roles: ['steward', 'system'], departments: ['housing', 'taxation'] },
  ],
  ['all departments', 'https://a.example||auditor|*', { roles: ['auditor'], departments: '*' }],
])('the setting of %s is read', (_, text, expected) => {
  expect(readIssuer(text)).toMatchObject(expected)
})

test.each([
  ['no address', 'a.example'],
  ['a role that is none', 'https://a.example||citizens'],
  ['a department that is none', 'https://a.example||citizen|Housing!'],
  ['a star among departments', 'https://a.example||citizen|* housing'],
  ['more than there is to say', 'https://a.example||citizen|*|more'],
])('a setting with %s stops the start', (_, text) => {
  expect(readIssuer(text)).toHaveProperty('complaint')
})

const both = (text: string) => ({ zh: text, en: text })
const named = (id: string, held: Role[]): Person => ({
  id,
  name: both(id),
  about: both(id),
  roles: held as Person['roles'],
  ...(held.includes('citizen') && { subject }),
  ...(held.includes('steward') && { department: 'housing' }),
})

let database: TestDatabase
let second: TestIssuer
let hub: TestHub

beforeAll(async () => {
  database = await createDatabase()
  second = await startTestIssuer(database.url, [
    named('would-rule', ['operator', 'auditor', 'citizen']),
    named('would-steward', ['steward']),
  ])
  const first = await startTestIssuer(database.url)
  const settings = `${trusting(first.issuer)},${second.issuer}||citizen`
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false', DATARUN_ISSUERS: settings } })
  await first.close()
})
afterAll(async () => {
  await hub?.close()
  await second?.close()
  await database?.drop()
})

test('an issuer that the settings name twice stops the start: only the last of what it may do would count', () => {
  const settings =
    (...issuers: string[]) =>
    () =>
      readExchangeSettings({
        DATARUN_DATABASE_URL: 'postgres://localhost/hub',
        DATARUN_KAFKA_BROKERS: 'localhost:9092',
        DATARUN_KAFKA_SECURED: 'false',
        DATARUN_LOG_ORIGIN: 'hub.test/log',
        DATARUN_LOG_KEY_FILE: 'key',
        DATARUN_CHECKPOINT_FILE: 'checkpoints',
        DATARUN_ISSUERS: issuers.join(','),
      })
  expect(settings('https://a.example||citizen', 'https://b.example||steward|tax')).not.toThrow()
  expect(settings('https://a.example||citizen', 'https://a.example||steward|tax')).toThrow('names an issuer twice')
})

test('a second issuer that is trusted for citizens makes no operator, no auditor, and speaks for no department', async () => {
  const call = async (path: string, person: string) => {
    const answer = await send(hub.exchange.address + path, 'GET', await second.signIn(person))
    return [answer.status, answer.body.code ?? answer.body.roles]
  }
  expect(await call('/v1/me', 'would-rule')).toEqual([200, ['citizen']])
  expect(await call('/v1/settings', 'would-rule')).toEqual([403, 'NOT_ALLOWED'])
  expect(await call('/v1/access-log/entries', 'would-rule')).toEqual([403, 'NOT_ALLOWED'])
  expect(await call('/v1/me', 'would-steward')).toEqual([401, 'TOKEN_INVALID'])
})
