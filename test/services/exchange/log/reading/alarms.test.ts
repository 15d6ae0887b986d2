import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { indexSpan } from '../../../../../services/exchange/log/reading/find-index-span.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { li, pullDraft, refusedDraft, zhang } from '../../../../support/log-drafts.ts'
import { type LogServer, openLogServer } from '../../../../support/log-server.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
let server: LogServer
let clock = new Date()

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool, { now: () => clock })
  server = await openLogServer(database.pool, log.accessLog, () => clock)
})
afterAll(async () => {
  await server.app.close()
  log.close()
  await database.drop()
})

async function note(at: string, ...drafts: ReturnType<typeof pullDraft>[]) {
  clock = new Date(at)
  await log.accessLog.commitWith(async (_, record) => {
    for (const draft of drafts) record(draft)
  })
}
const alarms = (from: string, until: string, as = 'auditor') =>
  server.call('GET', `/v1/access-log/alarms?from=${from}&until=${until}`, as)

test('alarms of a span of time come from the log, with their entries, and asking is logged', async () => {
  await note('2025-06-01T02:00:00Z', pullDraft(1, { case: 'old case' }))
  await note('2026-03-02T02:00:00Z', refusedDraft(2), refusedDraft(3), refusedDraft(4))
  await note('2026-03-02T03:00:00Z', pullDraft(5, { case: 'old case' }), pullDraft(6, { case: undefined as never }))
  await note('2026-04-02T03:00:00Z', refusedDraft(7), refusedDraft(8), refusedDraft(9))
  const { items } = (await alarms('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z')).json()
  expect(items.map(({ rule, entries }: { rule: string; entries: number[] }) => [rule, entries])).toEqual([
    ['no-live-case', [4, 5]],
    ['refusals-in-row', [1, 2, 3]],
  ])
  const [search] = await parsedEntries(database.pool, 'log-search')
  expect(search!.content).toMatchObject({ what: 'alarms', filter: { from: '2026-03-01T00:00:00Z' } })
})

test('a watch list is put by auditors and told by its size only; its entry names nobody', async () => {
  const put = await server.call('PUT', '/v1/access-log/watch-lists/colleagues', 'auditor', { subjects: [li] })
  expect(put.json()).toEqual({ list: 'colleagues', count: 1 })
  await note('2026-05-02T03:00:00Z', pullDraft(10, { about: [zhang, li] }))
  const { items } = (await alarms('2026-05-01T00:00:00Z', '2026-05-30T00:00:00Z')).json()
  expect(items.map(({ rule }: { rule: string }) => rule)).toEqual(['watched-subject'])
  expect((await server.call('GET', '/v1/access-log/watch-lists', 'auditor')).text).not.toContain(li.id)
  const [changed] = await parsedEntries(database.pool, 'watch-list')
  expect(JSON.stringify(changed)).not.toContain(li.id)
  await server.call('PUT', '/v1/access-log/watch-lists/colleagues', 'auditor', { subjects: [] })
  expect((await server.call('GET', '/v1/access-log/watch-lists', 'auditor')).json()).toEqual({ items: [] })
})

test('guessing by claims and accesses kept from their subject are told to auditors by the log', async () => {
  const guess = { ...refusedDraft(12), code: 'CLAIMS_TOO_MANY' }
  await note('2026-06-02T03:00:00Z', pullDraft(11, { confidentialUntil: '2026-12-01' }), guess, pullDraft(13))
  const { items } = (await alarms('2026-06-01T00:00:00Z', '2026-06-30T00:00:00Z')).json()
  const told = items.map(({ rule, count }: { rule: string; count: number }) => [rule, count])
  expect(told.toSorted()).toEqual([
    ['guessing', 1],
    ['kept-from-subject', 1],
  ])
})

test('alarms and watch lists are for auditors, and bad input is named', async () => {
  expect((await alarms('2026-03-01T00:00:00Z', '2026-04-01T00:00:00Z', 'operator')).status).toBe(403)
  expect((await server.call('PUT', '/v1/access-log/watch-lists/x1', 'system', { subjects: [] })).status).toBe(403)
  expect((await alarms('2026-03-01T00:00:00Z', '2026-05-01T00:00:00Z')).json().code).toBe('LOG_SEARCH_TOO_WIDE')
  const wrong = { subjects: [li, { type: 'person', id: '440524188001010015' }] }
  const answer = await server.call('PUT', '/v1/access-log/watch-lists/colleagues', 'auditor', wrong)
  expect(answer.json()).toMatchObject({ code: 'SUBJECT_INVALID', pointer: '/subjects/1/id' })
})

test('a span of time is found among the indexes by halving, wide enough for clocks that differ', async () => {
  const span = (from?: string, until?: string) => indexSpan(database.pool, from, until)
  expect(await span()).toEqual({ first: 0, end: Number.MAX_SAFE_INTEGER })
  expect(await span('2026-03-02T02:10:00Z', '2026-03-02T02:50:00Z')).toEqual({ first: 1, end: 6 })
  expect(await span('2026-03-02T02:16:00Z', '2026-03-02T02:44:00Z')).toEqual({ first: 4, end: 4 })
  expect(await span('2000-01-01T00:00:00Z', '2000-01-02T00:00:00Z')).toEqual({ first: 0, end: 0 })
  expect((await span('2100-01-01T00:00:00Z')).first).toBeGreaterThanOrEqual(9)
})
