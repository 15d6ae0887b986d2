import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Draft } from '../../../../../services/exchange/log/append/access-log.ts'
import { accessOf } from '../../../../../services/exchange/log/reading/list-accesses.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { li, pullDraft, refusedDraft, zhang } from '../../../../support/log-drafts.ts'
import { type LogServer, openLogServer } from '../../../../support/log-server.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
let server: LogServer
let clock = new Date('2026-03-02T01:00:00Z')

/** Asked about Zhang: Zhang's marriage certificate (with Li) and a tax clearance (Zhang's alone). */
const marriage: Draft = pullDraft(1, {
  about: [zhang, li],
  datasets: ['civil-affairs.marriage-certificate', 'taxation.tax-clearance'],
  content: {
    pull: 'pull-1',
    purpose: 'real-estate-transfer',
    subject: zhang,
    results: [
      {
        dataset: 'civil-affairs.marriage-certificate',
        decision: 'permit',
        basis: { type: 'consent', agreement: 'agreement-2', consent: 'consent-1' },
        fields: ['/date'],
        records: [{ key: 'J-1', version: 1 }],
        about: [0, 1],
      },
      {
        dataset: 'taxation.tax-clearance',
        decision: 'permit',
        basis: { type: 'statutory-duty', agreement: 'agreement-1', provision: '《契税法》第十一条' },
        claims: ['/cleared'],
        about: [0],
      },
    ],
  },
})

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool)
  server = await openLogServer(database.pool, log.accessLog, () => clock)
  await log.accessLog.commitWith(async (_, record) => {
    record(refusedDraft(0))
    record(marriage)
    record(pullDraft(2, { about: [li], confidentialUntil: '2026-03-10' }))
  })
})
afterAll(async () => {
  await server.app.close()
  log.close()
  await database.drop()
})

const accesses = async (as: string, query = '') =>
  (await server.call('GET', `/v1/me/accesses${query}`, as)).json().items

test('a citizen sees who used their data, when, for which case, on which basis, and which fields', async () => {
  expect((await accesses('zhang'))[0]).toEqual({
    index: 1,
    at: expect.stringMatching(/^\d{4}-/),
    kind: 'pull',
    caller: 'natural-resources/title-office',
    department: 'natural-resources',
    case: '2026-沪-1',
    matter: 'real-estate-transfer',
    purpose: 'real-estate-transfer',
    decision: 'permit',
    datasets: [
      {
        dataset: 'civil-affairs.marriage-certificate',
        decision: 'permit',
        basis: { type: 'consent', consent: 'consent-1' },
        fields: ['/date'],
        verified: [],
        records: [{ key: 'J-1', version: 1 }],
      },
      {
        dataset: 'taxation.tax-clearance',
        decision: 'permit',
        basis: { type: 'statutory-duty', provision: '《契税法》第十一条' },
        fields: [],
        verified: ['/cleared'],
      },
    ],
  })
})

test('a citizen sees refusals about them too, newest first', async () => {
  const seen = await accesses('zhang')
  expect(seen.map(({ index }: { index: number }) => index)).toEqual([1, 0])
  expect(seen[1]).toMatchObject({ decision: 'refuse', code: 'CONSENT_MISSING' })
})

test('a spouse sees the pull their record was part of, and of it only that record', async () => {
  const [seen] = await accesses('li')
  expect(seen.datasets.map(({ dataset }: { dataset: string }) => dataset)).toEqual([
    'civil-affairs.marriage-certificate',
  ])
  expect(JSON.stringify(seen)).not.toContain(zhang.id)
})

test('of several records a co-owner is told no key, for not each of them is about every co-owner', () => {
  const result = (records: object[]) => ({ dataset: 'a.b', decision: 'permit', records, about: [0, 1] })
  const entry = (records: object[]) =>
    JSON.stringify({ kind: 'pull', about: [zhang, li], content: { subject: zhang, results: [result(records)] } })
  const two = [
    { key: 'J-1', version: 1 },
    { key: 'J-2', version: 1, held: true },
  ]
  const keysFor = (subject: typeof li, records: object[]) =>
    accessOf(entry(records), subject).datasets[0]!.records?.map(({ key }) => key)
  expect(keysFor(zhang, two)).toEqual(['J-1', 'J-2'])
  expect(keysFor(li, two)).toBeUndefined()
  expect(keysFor(li, two.slice(0, 1))).toEqual(['J-1'])
})

/** Index of the consent that is logged next. */
let consent: number

test('a step of a consent is seen with its datasets', async () => {
  const step = {
    kind: 'consent' as const,
    caller: 'citizen-li',
    about: [li],
    datasets: ['a.b'],
    decision: 'permit' as const,
  }
  await log.accessLog.commitWith(async (_, record) => record({ ...step, content: { consent: 'c-1', step: 'give' } }))
  const [seen] = await accesses('li')
  expect(seen).toMatchObject({ kind: 'consent', step: 'give', datasets: [{ dataset: 'a.b', decision: 'permit' }] })
  consent = seen.index
})

test('what is confidential until a day is seen from that day on', async () => {
  clock = new Date('2026-03-09T15:59:59Z')
  expect((await accesses('li')).map(({ index }: { index: number }) => index)).toEqual([consent, 1])
  clock = new Date('2026-03-09T16:00:00Z')
  expect((await accesses('li')).map(({ index }: { index: number }) => index)).toEqual([consent, 2, 1])
})

test('looking is logged, for auditors: the citizen’s own list does not fill with it', async () => {
  await accesses('zhang')
  expect((await parsedEntries(database.pool, 'citizen-view')).at(-1)).toMatchObject({
    caller: 'citizen-zhang',
    about: [zhang],
    content: { what: 'accesses' },
  })
  expect((await accesses('zhang')).map(({ index }: { index: number }) => index)).toEqual([1, 0])
})

test('an auditor’s search for someone is seen by them', async () => {
  await server.call('POST', '/v1/access-log/searches', 'auditor', { subject: zhang })
  expect((await accesses('zhang'))[0]).toMatchObject({ kind: 'log-search', caller: 'auditor', datasets: [] })
})

test('the list is for citizens and pages by cursor', async () => {
  expect((await server.call('GET', '/v1/me/accesses', 'auditor')).status).toBe(403)
  expect((await server.call('GET', '/v1/me/accesses')).status).toBe(401)
  const first = (await server.call('GET', '/v1/me/accesses?limit=2', 'zhang')).json()
  const second = (await server.call('GET', `/v1/me/accesses?limit=2&cursor=${first.next}`, 'zhang')).json()
  expect([...first.items, ...second.items].map(({ index }) => index).slice(-2)).toEqual([1, 0])
  expect((await server.call('GET', '/v1/me/accesses?cursor=e30', 'zhang')).json().code).toBe('CURSOR_INVALID')
})
