/** Promise 7 for the index: what the database's superuser did to it is named, and from then on searches read the log. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { buildIndex, rebuildIndex } from '../../../../../services/exchange/log/index/build-index.ts'
import { checkIndex } from '../../../../../services/exchange/log/index/check-index.ts'
import { stepSize } from '../../../../../services/exchange/log/index/step.ts'
import { subjectTerm } from '../../../../../services/exchange/log/index/term.ts'
import { findAccesses, findEntries } from '../../../../../services/exchange/log/reading/find-entries.ts'
import { type IndexedLog, openIndexedLog } from '../../../../support/indexed-log.ts'
import { li, zhang } from '../../../../support/log-drafts.ts'

let log: IndexedLog
let expected: Awaited<ReturnType<typeof answers>>

beforeAll(async () => {
  log = await openIndexedLog(stepSize + 300)
  expected = await answers()
})
beforeEach(async () => {
  await rebuildIndex(log.database.pool)
  await buildIndex(log.database.pool)
})
afterAll(() => log.close())

async function answers() {
  const { pool } = log.database
  return Promise.all([
    findEntries(pool, { subject: li, official: 'u-4' }, { limit: 500 }),
    findEntries(pool, { decision: 'partial', case: '2026-沪-7' }, { limit: 500 }),
    findAccesses(pool, zhang, { limit: 2_000, today: '2026-12-01', viewer: 'zhang' }),
  ])
}

const whole = () => checkIndex(log.database.pool, 0, 100)
const dump = async () => (await log.asSuperuser('select * from access_log_term order by first, key')).rows
const ofZhang = `key = ${subjectTerm(zhang)} and first = 0`

/** The change made, and the least entry that the check names for it. */
const alterations: [string, string, (index: number) => boolean][] = [
  ['a row removed', `delete from access_log_term where ${ofZhang}`, index => index < stepSize],
  ['a step removed', `delete from access_log_term where first = 0`, index => index === 0],
  ['a row added', `insert into access_log_term values (12345, 0, '\\x0005')`, index => index === 5],
  [
    'a row added after the position',
    `insert into access_log_term values (12345, ${10 * stepSize}, '\\x0005')`,
    index => index === 10 * stepSize,
  ],
  [
    'a row added in the midst of a step',
    `insert into access_log_term values (12345, 9, '\\x0005')`,
    index => index === 9,
  ],
  [
    'a place removed',
    `update access_log_term set words = substring(words from 3) where ${ofZhang}`,
    index => index < stepSize,
  ],
  [
    'a place changed',
    `update access_log_term set words = '\\xffff' || substring(words from 3) where ${ofZhang}`,
    index => index < stepSize,
  ],
  [
    'a word of a bucket changed',
    `update access_log_term set words = substring(words for 4) || '\\x0000' || substring(words from 7)
     where first = 0 and key = (select max(key) from access_log_term where key < 0 and substring(words from 5 for 2) <> '\\x0000')`,
    index => index === 0,
  ],
  ['a bucket removed', `delete from access_log_term where key = -17`, index => index < stepSize],
  [
    'a key of no bucket',
    `insert into access_log_term values (-9000000000000000000, 0, '\\x0005')`,
    index => index === 0,
  ],
  ['a term renamed', `update access_log_term set key = 1 where ${ofZhang}`, index => index < stepSize],
  ['the position moved ahead', `update access_log_index set position = ${stepSize + 200}`, index => index >= 0],
  ['the position past the log', `update access_log_index set position = ${9 * stepSize}`, index => index >= 0],
  ['the position lost', 'delete from access_log_index', index => index === 0],
  ['all rows removed', 'truncate access_log_term', index => index === 0],
]

test.each(alterations)('%s is named, and from then on searches tell all', async (_, sql, isMeant) => {
  await log.asSuperuser(sql)
  const { altered } = await whole()
  expect(altered).toBeDefined()
  expect(isMeant(altered!)).toBe(true)
  expect(await answers()).toEqual(expected)
})

test('an index that nobody altered fits the log', async () => {
  expect((await whole()).altered).toBeUndefined()
  expect(await answers()).toEqual(expected)
})

test('a position that was moved ahead over entries that came since is named', async () => {
  await log.grow(2 * stepSize + 10)
  expected = await answers()
  await log.asSuperuser(`update access_log_index set position = ${2 * stepSize}`)
  expect((await whole()).altered).toBe(stepSize)
  expect(await answers()).toEqual(expected)
})

test('an index that is made anew is the same to the byte, and what is asked meanwhile is answered', async () => {
  const before = await dump()
  await rebuildIndex(log.database.pool)
  expect(await dump()).toEqual([])
  expect(await answers()).toEqual(expected)
  await buildIndex(log.database.pool)
  expect(await dump()).toEqual(before)
})

test('a check in parts goes over the whole index', async () => {
  const seen: number[] = []
  for (let from = 0; ; ) {
    const { next, position, altered } = await checkIndex(log.database.pool, from, 1)
    expect(altered).toBeUndefined()
    seen.push(next)
    if (next >= position) break
    from = next
  }
  expect(seen).toEqual([1, 2].map(steps => steps * stepSize))
})

test('operators have it made anew, auditors and operators have it checked', async () => {
  const { call } = log.server
  const checked = await call('POST', '/v1/access-log/index/checks', 'auditor', { from: 0 })
  expect(checked.json()).toEqual({ position: 2 * stepSize, size: expect.any(Number), next: 2 * stepSize })
  await log.asSuperuser(`delete from access_log_term where ${ofZhang}`)
  const found = await call('POST', '/v1/access-log/index/checks', 'operator', { from: 0 })
  expect(found.json().altered).toBeLessThan(stepSize)
  expect((await call('GET', '/v1/access-log/index', 'auditor')).json().altered).toBe(found.json().altered)
  expect((await call('POST', '/v1/access-log/index/rebuilds', 'operator')).status).toBe(202)
  const state = (await call('GET', '/v1/access-log/index', 'operator')).json()
  expect(state).toEqual({ position: 0, size: expect.any(Number) })
})
