/** Anything sent in bodies, queries, paths and records: a 4xx or stored as it is, never a 500, and nothing broken by it. */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { type Api, exampleOf, fillPath, type Operation, readApi, textsIn } from '../support/api-operations.ts'
import { type AttackedHub, isStored, openAttackedHub, publishTo, pullOf } from '../support/attacked-hub.ts'
import { alice, permitMessage } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'

let hub: AttackedHub
let api: Api
let tables: string[]

beforeAll(async () => {
  hub = await openAttackedHub()
  api = await readApi(hub)
  tables = await listTables()
})
afterAll(() => hub?.close())

async function listTables(): Promise<string[]> {
  const text = `select c.relname || ' ' || count(a.attname) as line from pg_class c join pg_attribute a on a.attrelid = c.oid
                where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' group by c.relname order by 1`
  const { rows } = await hub.database.pool.query<{ line: string }>(text)
  return rows.map(({ line }) => line)
}

const post = (path: string, body: unknown, headers: Record<string, string> = {}) =>
  hub.call('POST', path, `${hub.user}/registry`, body, headers)

/** Raw bytes with whatever headers; `hub.call` would write JSON. */
async function sendRaw(body: Buffer | string, headers: Record<string, string>) {
  const authorization = `Bearer ${await hub.tokenOf(`${hub.user}/registry`)}`
  const response = await fetch(`${hub.exchange.address}/v1/pulls`, {
    method: 'POST',
    headers: { authorization, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  return { status: response.status, body: (await response.json()) as { code: string } }
}
const json = { 'content-type': 'application/json' }

test.each([
  ['__proto__', '{"__proto__":{"polluted":true}}'],
  ['a nested __proto__', '{"subject":{"__proto__":{"polluted":true}}}'],
  ['constructor.prototype', '{"constructor":{"prototype":{"polluted":true}}}'],
  ['an escaped __proto__', '{"\\u005f_proto__":{"polluted":true}}'],
])('a body with %s is refused, and no object has got anything of it', async (_what, body) => {
  expect(await sendRaw(body, json)).toMatchObject({ status: 400, body: { code: 'BODY_NOT_JSON' } })
  expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
})

test('the sender of a packed body is told to send it as it is', async () => {
  const packed = { ...json, 'content-encoding': 'gzip' }
  expect(await sendRaw(gzipSync('{"dataset":"x"}'), packed)).toMatchObject({
    status: 415,
    body: { code: 'MEDIA_TYPE_UNSUPPORTED', detail: expect.stringContaining('content-encoding') },
  })
  expect((await sendRaw('{}', { ...json, 'content-encoding': 'identity' })).body.code).toBe('BODY_INVALID')
})

test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
  'a record with a member %s is rejected, and no object has got anything of it',
  async name => {
    const number = `P-${4_000 + name.length}`
    const { value, ...message } = permitMessage(hub.source, { number, sequence: 1 })
    const poisoned = `${String(value).slice(0, -1)},"${name}":{"polluted":true}}`
    await publishTo(hub, hub.dataset, [
      { ...message, value: poisoned },
      permitMessage(hub.source, { number: `${number}0`, sequence: 1 }),
    ])
    await eventually(() => isStored(hub, hub.dataset, `${number}0`))
    expect(await isStored(hub, hub.dataset, number)).toBe(false)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  },
)

test.each<[string, number, string, string | Buffer, Record<string, string>]>([
  ['of 1.2 MB', 413, 'BODY_TOO_LARGE', 'x'.repeat(1_200_000), json],
  ['100,000 lists deep', 400, 'BODY_INVALID', `${'['.repeat(100_000)}${']'.repeat(100_000)}`, json],
  ['100,000 objects deep', 400, 'BODY_INVALID', `${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}`, json],
  ['that is cut off', 400, 'BODY_NOT_JSON', '{"dataset":', json],
  ['that is empty', 400, 'BODY_NOT_JSON', '', json],
  ['in UTF-16', 400, 'BODY_NOT_JSON', Buffer.from('{}', 'utf16le'), json],
  ['packed with gzip', 415, 'MEDIA_TYPE_UNSUPPORTED', gzipSync('{}'), { ...json, 'content-encoding': 'gzip' }],
  ['that is XML', 415, 'MEDIA_TYPE_UNSUPPORTED', '<pull/>', { 'content-type': 'application/xml' }],
  ['that is a form', 415, 'MEDIA_TYPE_UNSUPPORTED', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }],
  ['of many parts', 415, 'MEDIA_TYPE_UNSUPPORTED', '--x--', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['that is plain text', 415, 'MEDIA_TYPE_UNSUPPORTED', '{}', { 'content-type': 'text/plain' }],
  ['that is no UTF-8', 400, 'BODY_NOT_JSON', Buffer.from('{"case":"\xd6\xd0"}', 'latin1'), json],
  ['of a type that is none', 415, 'MEDIA_TYPE_UNSUPPORTED', '{}', { 'content-type': ';;;' }],
])('a body %s is refused with %i %s', async (_what, status, code, body, headers) => {
  const answer = await sendRaw(body, headers)
  expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code })
})

test('100,000 query parameters, a query of 60 kB and a path of 60 kB are refused, and the hub lives', async () => {
  const many = Array.from({ length: 4_000 }, (_, n) => `p${n}=1`).join('&')
  for (const path of [
    `/v1/datasets?${many.slice(0, 14_000)}`,
    `/v1/datasets?q=${'x'.repeat(12_000)}`,
    `/v1/datasets/${'x'.repeat(12_000)}`,
  ]) {
    expect((await hub.call('GET', path, 'alice')).status).toBeGreaterThanOrEqual(400)
    expect((await hub.call('GET', path, 'alice')).status).toBeLessThan(500)
  }
  expect((await hub.call('GET', '/healthz')).status).toBe(200)
})

/** Everything at once that ends a text, a statement, a pattern, a placeholder, a pointer, a line. */
const sql = `'"; drop table record; -- $1 \\ %_ ~0/* */\r\n'||(select 1)||'`
const nul = 'a\u0000b'
const half = 'a\ud800b'

test('SQL in a record is stored as it is, and answered as it is', async () => {
  const message = permitMessage(hub.source, {
    number: 'P-5000',
    sequence: 1,
    data: { holder: { id: alice, name: sql } },
  })
  await publishTo(hub, hub.dataset, [message])
  await eventually(() => isStored(hub, hub.dataset, 'P-5000'))
  const { body } = await post('/v1/pulls', pullOf(hub, { case: sql.replaceAll(/[\r\n]/g, '') }))
  const records: { key: string; data: { holder: { name: string } } }[] = body.results[0].records
  expect(records.find(({ key }) => key === 'P-5000')?.data.holder.name).toBe(sql)
  expect(await listTables()).toEqual(tables)
})

test('SQL, U+0000 and half a character in every text of every body: nothing fails, and no table has changed', async () => {
  const { failed, sent } = await inEveryText([sql, nul, half])
  expect(failed).toEqual([])
  expect(sent).toBeGreaterThan(200)
  expect(await listTables()).toEqual(tables)
})

/** RFC 3339 can write them all; a moment that PostgreSQL or Date cannot hold once stopped whoever read its row back. */
const oddMoments = [
  '0000-01-01T00:00:00Z',
  '0001-01-01T00:00:00+08:00',
  '9999-12-31T23:59:59-12:00',
  '2099-12-31T23:59:60Z',
  '2099-01-01T00:00:00+23:59',
  '0000-01-01',
  '9999-12-31',
]

test('moments and days that no calendar has in every text of every body: nothing fails, then or later', async () => {
  const { failed } = await inEveryText(oddMoments)
  expect(failed).toEqual([])
  for (const operation of api.operations.filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'))) {
    for (const who of ['an-operator', 'an-auditor', 'alice', `${hub.user}/registry`]) {
      const answer = await hub.call('GET', fillPath(operation.path, existing()), who)
      if (answer.status >= 500) failed.push(`${operation.name} as ${who}: ${answer.text}`)
    }
  }
  expect(failed).toEqual([])
})

/** Each text at each place of each body in turn, sent by someone who may: the answers of 5xx, and how many were sent. */
async function inEveryText(texts: string[]): Promise<{ failed: string[]; sent: number }> {
  const failed: string[] = []
  let sent = 0
  const holder = {
    system: `${hub.user}/registry`,
    steward: `${hub.user}/registry`,
    operator: 'an-operator',
    auditor: 'an-auditor',
    citizen: 'alice',
  }
  for (const operation of api.operations.filter(({ body }) => body)) {
    const who = holder[(operation['x-roles']?.[0] ?? 'citizen') as keyof typeof holder]
    for (const place of textsIn(api, operation.body!)) {
      for (const text of texts) {
        const body = exampleOf(api, operation.body!, at => (at === place ? text : undefined))
        const answer = await hub.call(operation.method, fillPath(operation.path, existing()), who, body)
        sent += 1
        if (answer.status >= 500) failed.push(`${operation.name} ${place} ${JSON.stringify(text)}: ${answer.text}`)
      }
    }
  }
  return { failed, sent }
}

const existing = () => ({ id: hub.agreement, list: 'colleagues' })

test('SQL, U+0000 and half a character in every path and query: nothing fails, and no table has changed', async () => {
  const failed: string[] = []
  const call = async (operation: Operation, path: string) => {
    const answer = await hub.call(operation.method, path, 'an-operator')
    if (answer.status >= 500) failed.push(`${operation.method} ${path}: ${answer.text}`)
  }
  const reading = api.operations.filter(({ method, path }) => method === 'GET' && path !== '/v1/overview/events')
  for (const operation of reading) {
    for (const text of [sql, nul, '%ff', '..%2f..%2fetc%2fpasswd']) {
      const encoded = text.includes('%2f') || text === '%ff' ? text : encodeURIComponent(text)
      await call(operation, operation.path.replaceAll(/\{[^}]+\}/g, encoded))
      for (const { name } of operation.parameters?.filter(parameter => parameter.in === 'query') ?? []) {
        await call(operation, `${fillPath(operation.path)}?${name}=${encoded}`)
      }
    }
  }
  expect(failed).toEqual([])
  expect(await listTables()).toEqual(tables)
})
