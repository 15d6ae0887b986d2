/**
 * Cases b01, b02 and b04, made from public bug reports, through an adapter's intake: bodies as real senders send them, and a date of
 * the year 0, as some databases write for none.
 */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { residentIdCheck } from '../../services/contract/formats/resident-id.ts'
import { subjectFaults } from '../../services/contract/read-subject.ts'
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

const numbered = (firstSeventeen: string) => firstSeventeen + residentIdCheck(firstSeventeen)
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

/** The ids of b01, and what is said of those that are refused. */
const people: [what: string, id: string, says?: keyof typeof subjectFaults][] = [
  ['ordinary', numbered('31011519900307102')],
  ['ends in X', '31010419880619997X'],
  ['a lower-case x', '31010419880619997x', 'lower-case'],
  ['15 digits', '310115780911102', 'first-generation'],
  ['Hong Kong', numbered('81000019880101101')],
  ['Macao', numbered('82000019880101102')],
  ['Taiwan', numbered('83000019880101103')],
  ['Taiwan as 710000', numbered('71000019880101104')],
  ['an abolished county of Henan', numbered('41272319790101105')],
  ['an abolished city of Shandong', numbered('37028419790101106')],
  ['a city’s districts together', numbered('44040119580101107')],
  ['崇明县', numbered('31023019790101108')],
  ['a foreigner’s permanent residence card since 2023', numbered('93184019850601101')],
  ['born on 30 February', numbered('31011519900230101'), 'birth-date'],
  ['region 910000', numbered('91000019880101101'), 'region'],
  ['blanks inside', '310104 19880619 997X', 'blank'],
  ['a wrong check digit', '310104198806199971', 'person-check'],
  ['full width', '３１０１０４１９８８０６１９９９７X', 'full-width'],
]

/** jest hands a callback to a row that is too short. */
const rows = people.map(([what, id, says]) => [what, id, says] as const)

test.each(rows)('b01: %s is taken, or told what is wrong, by intake and pull alike', async (_, id, says) => {
  const { body } = await post({ number: `P-9${people.findIndex(([, one]) => one === id)}`, holder: { id } })
  const pull = { dataset: `${department}.permit`, subject: { type: 'person', id }, purpose: 'transfer', case: '1' }
  const pulled = await hub.call('POST', '/v1/pulls', `${department}/registry`, pull)
  if (!says) {
    expect(body.verdicts).toMatchObject([{ verdict: 'published' }])
    return expect(pulled.body.code).not.toBe('SUBJECT_INVALID')
  }
  const { en, zh } = subjectFaults[says]
  expect(body.verdicts).toMatchObject([
    { violations: [{ pointer: '/holder/id', message: expect.stringContaining(en), zh }] },
  ])
  expect([pulled.status, pulled.body.detail, pulled.body.detailZh]).toEqual([422, en, zh])
})

test.each([
  ['an old permanent residence card', 'USA310185060112', 'permanent-residence:USA310185060112'],
  ['a passport', 'E12345678', 'passport:CHN:E12345678'],
  ['a permit for Hong Kong residents', 'H1234567890', 'hk-macao-permit:H12345678'],
])('b01: %s without its kind is told how it is written, and so written is a subject', async (_, bare, written) => {
  const pull = (id: string) => ({
    dataset: `${department}.permit`,
    subject: { type: 'person', id },
    purpose: 'transfer',
  })
  const refused = await hub.call('POST', '/v1/pulls', `${department}/registry`, pull(bare))
  expect(refused.status).toBe(422)
  expect(refused.body.detail).toContain(written.slice(0, written.indexOf(':') + 1))
  const taken = await hub.call('POST', '/v1/pulls', `${department}/registry`, pull(written))
  expect(taken.body.code).not.toBe('SUBJECT_INVALID')
  const { body } = await post({ number: 'P-1', holder: { id: bare } })
  expect(body.verdicts).toMatchObject([{ violations: [{ zh: subjectFaults['residents-only'].zh }] }])
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
