import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { li, pullDraft, refusedDraft, zhang } from '../../../../support/log-drafts.ts'
import { type LogServer, openLogServer } from '../../../../support/log-server.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
let server: LogServer
let clock = new Date('2026-03-02T01:00:00Z')

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool, { now: () => clock })
  server = await openLogServer(database.pool, log.accessLog, () => clock)
  await note(pullDraft(0), pullDraft(1, { caller: 'taxation/desk', department: 'taxation', official: 'u-1' }))
  clock = new Date('2026-03-03T01:00:00Z')
  await note(
    refusedDraft(2),
    pullDraft(3, { about: [li, zhang], matter: 'school-enrolment', datasets: ['a.b', 'c.d'] }),
  )
})
afterAll(async () => {
  await server.app.close()
  log.close()
  await database.drop()
})

const note = (...drafts: ReturnType<typeof pullDraft>[]) =>
  log.accessLog.commitWith(async (_, record) => {
    for (const draft of drafts) record(draft)
  })

const indexes = (answer: { json: () => { items: { index: number }[] } }) =>
  answer.json().items.map(({ index }) => index)
const search = (query: string, as = 'auditor') => server.call('GET', `/v1/access-log/entries?kind=pull&${query}`, as)
const searchFor = (body: object, as = 'auditor') => server.call('POST', '/v1/access-log/searches', as, body)
const newest = async () => (await parsedEntries(database.pool)).at(-1)!

test.each([
  ['', [3, 2, 1, 0]],
  ['system=taxation/desk', [1]],
  ['department=natural-resources', [3, 2, 0]],
  ['official=u-1', [1]],
  [`case=${encodeURIComponent('2026-沪-2')}`, [2]],
  ['matter=school-enrolment', [3]],
  ['dataset=c.d', [3]],
  ['decision=refuse', [2]],
  ['code=CONSENT_MISSING', [2]],
  ['from=2026-03-03T00:00:00Z', [3, 2]],
  ['until=2026-03-03T00:00:00Z', [1, 0]],
  ['department=taxation&decision=refuse', []],
])('a search by %s finds what it names, newest first', async (query, expected) => {
  expect(indexes(await search(query))).toEqual(expected)
})

test('a search by subject finds every entry about them, and its id stands in no URL', async () => {
  expect(indexes(await searchFor({ kind: 'pull', subject: li }))).toEqual([3])
  expect(indexes(await searchFor({ kind: 'pull', subject: zhang, decision: 'permit' }))).toEqual([3, 1, 0])
  expect((await search('subject=x')).status).toBe(400)
})

test('a search is itself an entry; whoever was searched for is among those it is about', async () => {
  await searchFor({ subject: li, department: 'taxation' })
  expect(await newest()).toMatchObject({
    kind: 'log-search',
    caller: 'auditor-1',
    about: [li],
    content: { what: 'entries', filter: { department: 'taxation', bySubject: true }, found: 0 },
  })
})

test('pages follow one another without gap or repetition, whatever is appended meanwhile', async () => {
  const first = await search('limit=3')
  await note(pullDraft(4))
  const second = await search(`limit=3&cursor=${first.json().next}`)
  expect([...indexes(first), ...indexes(second)]).toEqual([3, 2, 1, 0])
  expect(second.json().next).toBeUndefined()
})

test.each(['operator', 'system', 'zhang'])('%s may not search the log', async as => {
  for (const answer of [await search('', as), await searchFor({}, as)]) expect(answer.status).toBe(403)
  expect((await server.call('POST', '/v1/access-log/exports', as, {})).status).toBe(403)
  expect((await server.call('GET', '/v1/access-log/figures', as)).status).toBe(403)
})

test.each([
  'kind=other',
  'decision=maybe',
  'from=yesterday',
  'limit=201',
  'cursor=AAAA',
  `case=${'x'.repeat(201)}`,
  'other=1',
  'department=',
  'case=',
  'decision=',
  'limit=',
  'cursor=',
])('a search by %s is refused with the place', async query => {
  const answer = await server.call('GET', `/v1/access-log/entries?${query}`, 'auditor')
  expect(answer.status).toBe(400)
  expect(answer.json().pointer).toMatch(/^\/[a-z]+$/)
})

test.each(["'; drop table access_log_batch; --", '"', '$1', '\\', '%'])(
  'the text %s is searched for as it is',
  async text => {
    expect(indexes(await search(`case=${encodeURIComponent(text)}`))).toEqual([])
    expect(indexes(await searchFor({ kind: 'pull', official: text }))).toEqual([])
  },
)

test('an export has every matching entry as it was hashed, each with its receipt, and says at its end how many', async () => {
  const { text, headers } = await server.call('POST', '/v1/access-log/exports', 'auditor', {
    kind: 'pull',
    subject: zhang,
  })
  expect(headers['content-type']).toBe('application/x-ndjson')
  const lines = text
    .trimEnd()
    .split('\n')
    .map(line => JSON.parse(line))
  expect(lines.at(-1)).toEqual({ exported: 5 })
  expect(lines.slice(-5, -1).map(line => line.entry.index)).toEqual([3, 2, 1, 0])
  for (const { entry, receipt } of lines.slice(0, -1)) expect(receipt).toContain(`\nindex ${entry.index}\n`)
})

test('an export is logged before its first line leaves', async () => {
  await server.call('POST', '/v1/access-log/exports', 'auditor', { kind: 'pull', official: 'nobody' })
  expect(await newest()).toMatchObject({
    kind: 'log-search',
    content: { what: 'export', filter: { official: 'nobody' } },
  })
})

test('figures count pulls, refusals and distinct subjects by department and day of the city', async () => {
  const query = 'from=2026-03-02T00:00:00%2B08:00&until=2026-03-04T00:00:00%2B08:00'
  const { items } = (await server.call('GET', `/v1/access-log/figures?${query}`, 'auditor')).json()
  expect(items).toEqual([
    { department: 'natural-resources', day: '2026-03-03', pulls: 3, partial: 0, refusals: 1, subjects: 2 },
    { department: 'natural-resources', day: '2026-03-02', pulls: 1, partial: 0, refusals: 0, subjects: 1 },
    { department: 'taxation', day: '2026-03-02', pulls: 1, partial: 0, refusals: 0, subjects: 1 },
  ])
})

test('a pull that was refused in part is found as such, by search, export and figures, and not among those permitted', async () => {
  const partly = pullDraft(9, { department: 'health', caller: 'health/desk' })
  const [given] = partly.content.results as JsonObject[]
  const refused = { dataset: 'civil-affairs.marriage', decision: 'refuse', code: 'CONSENT_MISSING' }
  await note(pullDraft(8, { department: 'health' }), {
    ...partly,
    content: { ...partly.content, results: [given!, refused] },
  })
  const casesOf = async (decision: string) => {
    const { items } = (await search(`department=health&decision=${decision}`)).json() as { items: { case: string }[] }
    return items.map(entry => entry.case)
  }
  expect(await casesOf('partial')).toEqual(['2026-沪-9'])
  expect(await casesOf('permit')).toEqual(['2026-沪-8'])
  expect(await casesOf('refuse')).toEqual([])
  const bySubject = await searchFor({ subject: zhang, department: 'health', decision: 'partial' })
  expect(bySubject.json().items).toHaveLength(1)
  const query = 'from=2026-03-03T00:00:00%2B08:00&until=2026-03-04T00:00:00%2B08:00'
  const { items } = (await server.call('GET', `/v1/access-log/figures?${query}`, 'auditor')).json()
  expect(items).toContainEqual({
    department: 'health',
    day: '2026-03-03',
    pulls: 2,
    partial: 1,
    refusals: 0,
    subjects: 1,
  })
})

test('a search for nobody is no search of everything: an id that is none is refused at its place, and says why', async () => {
  const ids = [
    '11010519491231002x',
    '11010519491231002',
    ' 11010519491231002X',
    '110105194912310021',
    '913100006073633987',
  ]
  for (const id of ids) {
    for (const path of ['searches', 'exports']) {
      const subject = { type: 'person', id }
      const answer = await server.call('POST', `/v1/access-log/${path}`, 'auditor', { subject })
      expect(answer.json()).toMatchObject({
        code: 'SUBJECT_INVALID',
        pointer: '/subject/id',
        detailZh: expect.any(String),
      })
      expect(answer.text).not.toContain('1949')
    }
  }
})

test('figures of more than 92 days are refused with the way out', async () => {
  const query = 'from=2026-01-01T00:00:00Z&until=2026-06-01T00:00:00Z'
  const answer = await server.call('GET', `/v1/access-log/figures?${query}`, 'auditor')
  expect(answer.json()).toMatchObject({ status: 422, code: 'LOG_SEARCH_TOO_WIDE' })
})
