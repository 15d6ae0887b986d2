/**
 * Cases b02 and b04, made from public bug reports, through an adapter's intake: bodies as real senders send them, and a date of
 * the year 0, as some databases write for none.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createFolder, openAdapter, permitConfig, type TestAdapter, type TestFolder } from '../support/adapter.ts'
import { alice, registerDepartment } from '../support/city-department.ts'
import { send, startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'

const token = 'a-token-of-more-than-32-characters-for-tests'
const lines = 'application/x-ndjson'
const record = (number: number | string, more = '', name = '张伟') =>
  `{"number":"P-${number}","holder":{"id":"${alice}","name":"${name}"},"validFrom":"2024-03-05"${more}}`

const department = uniqueDepartment('cases')
let hub: TestHub
let folder: TestFolder
let adapter: TestAdapter
let address: string
beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  folder = await createFolder(hub, department)
  const { csv: _csv, mapping: _mapping, event: _event, ...bare } = permitConfig(department)
  adapter = await openAdapter({ ...bare, intake: {} }, { ...folder.settings, DATARUN_INTAKE_TOKEN: token })
  address = (await adapter.listen()) as string
})
afterAll(async () => {
  await adapter?.close()
  await folder?.remove()
  await hub?.close()
})

const post = (record: unknown) =>
  send(`${address}/records`, 'POST', token, record, { 'content-type': 'application/json' })

test.each(['the case’s own date', '0000-00-00', '2026-02-30'])('b04: %s is refused at its place', async date => {
  const text = await readFile(join(import.meta.dirname, 'b04-year-zero', 'body.json'), 'utf8')
  const { issuedOn } = JSON.parse(text) as { issuedOn: string }
  const validFrom = date.startsWith('the') ? issuedOn : date
  const { status, body } = await post({ number: 'P-1', holder: { id: alice }, validFrom })
  expect(status).toBe(422)
  expect(body.verdicts).toEqual([
    expect.objectContaining({
      code: 'RECORD_INVALID',
      violations: [expect.objectContaining({ pointer: '/validFrom', keyword: 'format' })],
    }),
  ])
})

type Sent = { body: string | Buffer; type?: string; headers?: Record<string, string>; query?: string }

/** `right`: status, and what its answer says. */
const bodies: [what: string, sent: Sent, status: number, says: string][] = [
  ['a charset in the type', { body: record(101), type: 'application/json; charset=utf-8' }, 200, '"published"'],
  ['GBK', { body: Buffer.from('{"number":"P-102","holder":{"name":"\xd5\xc5"}}', 'latin1') }, 400, 'UTF-8'],
  ['a byte order mark', { body: `\ufeff${record(103)}` }, 200, '"published"'],
  ['gzip', { body: gzipSync(record(104)), headers: { 'content-encoding': 'gzip' } }, 415, 'content-encoding'],
  ['lines that end in CR LF', { body: `${record(105)}\r\n${record(106)}\r\n\r\n`, type: lines }, 200, '"published"'],
  ['a broken line', { body: `${record(107)}\n{"number": \n${record(108)}\n`, type: lines }, 207, 'RECORD_NOT_JSON'],
  ['a member twice', { body: record(109, ',"income":1,"income":2') }, 422, '/income'],
  ['a number no double holds', { body: record(110, ',"income":12345678901234567890') }, 422, '/income'],
  ['a number beyond all', { body: record(111, ',"income":1e400') }, 422, '/income'],
  ['an integer with a fraction of zero', { body: record(112, ',"income":5.0') }, 200, '"published"'],
  ['half a surrogate pair', { body: record(113, ',"income":1', '\\ud800') }, 422, '/holder/name'],
  ['U+0000', { body: record(114, ',"income":1', '\\u0000') }, 422, '/holder/name'],
  ['a key too long', { body: record('1234567890123') }, 422, '/number'],
  ['null for a field that is missing', { body: record(115, ',"income":null') }, 422, '/income'],
  ['an empty list', { body: '[]' }, 400, 'at least one record'],
  ['plain text', { body: record(116), type: 'text/plain' }, 415, 'MEDIA_TYPE_UNSUPPORTED'],
  ['a word that the query does not know', { body: record(117), query: '?change=deleted' }, 400, 'issued, changed'],
  ['a parameter that the query does not know', { body: record(120), query: '?chnage=issued' }, 400, 'issued, changed'],
  ['text after the token', { body: record(121), headers: { authorization: `Bearer ${token} x` } }, 401, 'TOKEN_'],
  ['credentials of another scheme', { body: record(118), headers: { authorization: 'Basic x' } }, 401, 'TOKEN_'],
  ['a list in a list', { body: `[[${record(119)}]]` }, 422, 'RECORD_NOT_JSON'],
]

test.each(bodies)('b02: %s', async (_what, { body, type = 'application/json', headers, query = '' }, status, says) => {
  const answer = await fetch(`${address}/records${query}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : new Uint8Array(body),
  })
  const text = await answer.text()
  expect([answer.status, text]).toEqual([status, expect.stringContaining(says)])
})
