/** Kafka UIs can sign nothing. They read schemas by a lasting secret, which opens that and nothing else, until it is revoked. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { must, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { entriesOf, parsedEntries } from '../../../../support/packed-log.ts'
import { basicOf, registerReader, tokenOfReader } from '../../../../support/schema-reader.ts'

const department = uniqueDepartment('read')
let hub: TestHub
beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false', DATARUN_LOG_LEVEL: 'trace' } })
  await registerDepartment(hub, department)
})
afterAll(() => hub?.close())

const call = (authorization: string, path = '/subjects', method = 'GET') =>
  hub.call(method, path, undefined, undefined, { authorization })
const subject = `datarun.${department}.permit-value`
const lastEntries = async (count: number) => {
  const entries = await parsedEntries(hub.database.pool, 'catalogue')
  const newest = entries.slice(-count).reverse()
  return newest.map(({ caller, content, code }) => ({ caller, content, code }))
}

test('a secret is told once, opens the schemas by Basic and by a token, and stands nowhere but as a digest', async () => {
  const { id, secret } = await registerReader(hub, department, 'kafbat')
  expect([id, secret]).toEqual([`${department}/readers/kafbat`, expect.stringMatching(/^datarun_reader_[\w-]{43}$/)])
  const answers = [await call(basicOf(id, secret)), await call(`Bearer ${await tokenOfReader(hub, { id, secret })}`)]
  expect(answers.map(({ status, body }) => [status, body])).toEqual([
    [200, [subject]],
    [200, [subject]],
  ])
  const listed = await hub.call('GET', '/v1/readers', 'hub/operator')
  expect(listed.body.items).toEqual([
    { id, department, title: expect.anything(), topics: false, active: true, since: expect.anything() },
  ])
  const { rows } = await hub.database.pool.query('select schema_reader::text as row from schema_reader')
  const entries = await entriesOf(hub.database.pool)
  const kept = [...rows.map(({ row }) => row), ...entries, hub.log(), hub.issuer.log(), listed.text].join('\n')
  expect(kept).toContain(id)
  expect(kept).not.toContain(secret.slice('datarun_reader_'.length))
})

test('whatever else a reader asks for by Basic is refused, and nothing has changed', async () => {
  const { id, secret } = await registerReader(hub, department, 'curious')
  const asked = [
    ['POST', `/subjects/${subject}/versions`],
    ['DELETE', `/subjects/${subject}`],
    ['PUT', '/config'],
    ['PUT', `/mode/${subject}`],
    ['POST', `/compatibility/subjects/${subject}/versions/latest`],
  ] as const
  for (const [method, path] of asked) {
    const { status, body } = await call(basicOf(id, secret), path, method)
    expect([method, path, status, body.error_code]).toEqual([method, path, 403, 403])
  }
  for (const path of ['/v1/datasets', '/v1/me', '/v1/systems', '/v1/access-log/entries'])
    expect((await call(basicOf(id, secret), path)).body.code).toBe('TOKEN_MISSING')
  expect((await call(basicOf(id, secret), `/subjects/${subject}/versions`)).body).toEqual([1])
})

test('making, renewing and revoking are entries of the log, and an unknown department or reader is told so', async () => {
  const { id, address } = await registerReader(hub, 'hub', 'console')
  await must(hub.call('DELETE', address, 'hub/operator'))
  const entry = (more: object) => ({
    caller: 'hub/operator',
    content: { noun: 'reader', id, ...more },
    code: undefined,
  })
  expect(await lastEntries(3)).toEqual([entry({ step: 'revoke' }), entry({ step: 'secret' }), entry({ topics: false })])

  const title = { zh: '界面', en: 'UI' }
  const nobody = await hub.call('PUT', '/v1/departments/nobody-there/readers/ui', 'hub/operator', { title })
  expect([nobody.status, nobody.body.code]).toEqual([422, 'DEPARTMENT_UNKNOWN'])
  for (const [method, path] of [
    ['POST', `/v1/departments/${department}/readers/none/secret`],
    ['DELETE', `/v1/departments/${department}/readers/none`],
  ] as const) {
    const { status, body } = await hub.call(method, path, 'hub/operator')
    expect([status, body.code, body.detail]).toEqual([404, 'NOT_FOUND', expect.stringContaining('PUT')])
  }
  expect((await lastEntries(3)).map(({ code }) => code)).toEqual(['NOT_FOUND', 'NOT_FOUND', 'DEPARTMENT_UNKNOWN'])
})

test('a renewed secret is in force with the answer, and the one before it is not', async () => {
  const { id, secret, address } = await registerReader(hub, department, 'renewed')
  const renewed = await must(hub.call('POST', `${address}/secret`, 'hub/operator'))
  expect([renewed.status, renewed.headers.get('cache-control')]).toEqual([201, 'no-store'])
  const statuses = [await call(basicOf(id, secret)), await call(basicOf(id, renewed.body.secret))]
  expect(statuses.map(({ status }) => status)).toEqual([401, 200])
})

test('revoked is revoked with the answer: the secret, new tokens, and the token that is still good', async () => {
  const reader = await registerReader(hub, department, 'leaked')
  const token = await tokenOfReader(hub, reader)
  expect((await call(`Bearer ${token}`)).status).toBe(200)
  await must(hub.call('DELETE', reader.address, 'hub/operator'))
  expect((await call(`Bearer ${token}`)).body.error_code).toBe(401)
  expect((await call(basicOf(reader.id, reader.secret))).body.error_code).toBe(401)
  await expect(tokenOfReader(hub, reader)).rejects.toThrow('invalid_client')
  const listed = await hub.call('GET', '/v1/readers?limit=200', 'hub/operator')
  expect(listed.body.items.find(({ id }: { id: string }) => id === reader.id)).toMatchObject({ active: false })
})

test('what another process revokes is heard by this one', async () => {
  const { id, secret } = await registerReader(hub, department, 'elsewhere')
  expect((await call(basicOf(id, secret))).status).toBe(200)
  await hub.database.pool.query('update schema_reader set secret_digest = null where id = $1', [id])
  await eventually(async () => (await call(basicOf(id, secret))).status === 401, { timeout: 5_000 })
})

test('a wrong name and a wrong secret are answered alike, in Confluent’s words, and a guesser is stopped', async () => {
  const { id, secret } = await registerReader(hub, department, 'guessed')
  const wrong = `${secret.slice(0, -1)}${secret.endsWith('A') ? 'B' : 'A'}`
  const plain = async (authorization: string) => {
    const { status, text } = await call(authorization)
    return [status, text]
  }
  expect(await plain(basicOf(id, wrong))).toEqual(await plain(basicOf(`${id}-none`, secret)))
  const statuses: number[] = []
  while (!statuses.includes(429) && statuses.length < 100) statuses.push((await call(basicOf(id, wrong))).status)
  expect(statuses.length).toBeLessThanOrEqual(41)
  expect(new Set(statuses)).toEqual(new Set([401, 429]))
  // Behind one proxy the guesser and the holder have one address.
  expect((await call(basicOf(id, secret))).status).toBe(200)
  expect((await call(basicOf(id, wrong))).status).toBe(429)
  const other = await registerReader(hub, department, 'other')
  expect((await call(basicOf(other.id, other.secret))).status).toBe(200)
})

/** `datarun reader …` as the operator types it. */
async function datarun(...words: string[]) {
  const { file } = await hub.issuer.keys.of('hub/operator')
  const env = {
    PATH: process.env.PATH,
    DATARUN_HUB_URL: hub.exchange.address,
    DATARUN_ISSUER: hub.issuer.issuer,
    DATARUN_SYSTEM: 'hub/operator',
    DATARUN_SYSTEM_KEY_FILE: file,
  }
  const child = spawn(process.execPath, ['services/cli/main.ts', 'reader', ...words], { env })
  const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')])
  return { code, out, err }
}

test('the whole life of a reader from the command line: registered, given a secret, listed, revoked', async () => {
  const id = `${department}/readers/typed`
  const registered = await datarun('register', `${department}/typed`, '--zh', '界面', '--en', 'A UI')
  expect(registered).toMatchObject({
    code: 0,
    out: expect.stringContaining(`datarun reader secret ${department}/typed`),
  })
  const made = await datarun('secret', `${department}/typed`)
  const [, shown] = /^secret {2}(\S+)$/m.exec(made.out)!
  expect((await call(basicOf(id, shown!))).status).toBe(200)
  expect((await datarun('list')).out).toMatch(new RegExp(`^${id}  secret of 20`, 'm'))
  expect(await datarun('revoke', id, '--json')).toEqual({ code: 0, out: `{"id":"${id}"}\n`, err: '' })
  expect((await call(basicOf(id, shown!))).status).toBe(401)
  expect((await datarun('list')).out).toMatch(new RegExp(`^${id}  no secret$`, 'm'))
  expect(await datarun('secret', 'nonsense')).toMatchObject({
    code: 2,
    err: expect.stringContaining('department/name'),
  })
}, 60_000)
