/** The indexer behind a growing log: nobody waits for it, nothing is doubled, and dying leaves nothing half done. */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import { createLog } from '../../../../../services/contract/log.ts'
import { buildIndex, rebuildIndex } from '../../../../../services/exchange/log/index/build-index.ts'
import { readIndexState } from '../../../../../services/exchange/log/index/index-store.ts'
import { openIndexing } from '../../../../../services/exchange/log/index/start-indexing.ts'
import { placeOf, stepSize } from '../../../../../services/exchange/log/index/step.ts'
import { subjectTerm } from '../../../../../services/exchange/log/index/term.ts'
import { hitsText } from '../../../../../services/exchange/log/index/term-store.ts'
import { eventually } from '../../../../support/eventually.ts'
import { type IndexedLog, openIndexedLog } from '../../../../support/indexed-log.ts'
import { li, pullDraft } from '../../../../support/log-drafts.ts'

let log: IndexedLog

beforeAll(async () => {
  log = await openIndexedLog(3 * stepSize + 100)
})
beforeEach(() => rebuildIndex(log.database.pool))
afterAll(() => log.close())

const dump = async () => (await log.asSuperuser('select * from access_log_term order by first, key')).rows
const position = async () => (await readIndexState(log.database.pool))!.position
const isWhole = async () => (await position()) === 3 * stepSize
const silent = createLog('test', 'silent')

async function buildAll() {
  while ((await buildIndex(log.database.pool)) > 0);
}

test('a transaction takes 8,192 entries at most, and what makes no whole step waits', async () => {
  expect(await buildIndex(log.database.pool)).toBe(2 * stepSize)
  expect(await buildIndex(log.database.pool)).toBe(stepSize)
  expect(await buildIndex(log.database.pool)).toBe(0)
  expect(await position()).toBe(3 * stepSize)
})

test('a pull is found at once by search and citizen’s view, whether or not anybody indexes', async () => {
  const { call, hub } = log.server
  for (const prepare of [async () => {}, buildAll]) {
    await prepare()
    const { appended } = await hub.accessLog.commitWith(async (_, record) =>
      record(pullDraft(1, { about: [li], official: 'u-new' })),
    )
    const { index } = appended[0]!
    const found = await call('POST', '/v1/access-log/searches', 'auditor', { subject: li, official: 'u-new', limit: 1 })
    expect(found.json().items.map((entry: { index: number }) => entry.index)).toEqual([index])
    const [newest] = (await call('GET', '/v1/me/accesses?limit=1', 'li')).json().items
    // The search for Li is about Li too, and newer.
    expect(newest.index).toBe(index + 1)
    expect(
      (await call('GET', '/v1/me/accesses?limit=3', 'li'))
        .json()
        .items.some((one: { index: number }) => one.index === index),
    ).toBe(true)
  }
})

test('hubs that index together write every step once, and the same as one alone', async () => {
  await buildAll()
  const alone = await dump()
  await rebuildIndex(log.database.pool)
  const hubs = [1, 2, 3].map(() => openIndexing(silent, log.database.url))
  await eventually(isWhole)
  await Promise.all(hubs.map(hub => hub.stop()))
  expect(await dump()).toEqual(alone)
  // A row that was written a second time, in place of the first, has had a writer who locked it.
  const twice = await log.asSuperuser("select count(*)::int as count from access_log_term where xmax <> '0'")
  expect(twice.rows).toEqual([{ count: 0 }])
})

test('an indexer that is cut off at any moment leaves whole steps, and the next one goes on', async () => {
  await buildAll()
  const whole = await dump()
  await rebuildIndex(log.database.pool)
  for (let cut = 0; (await position()) < 3 * stepSize; cut += 1) {
    const hub = openIndexing(silent, log.database.url)
    if (cut < 5)
      await eventually(async () => {
        const { rowCount } = await log.asSuperuser(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where application_name = 'datarun-index' and datname = current_database() and query like '%access_log%'`,
        )
        return rowCount! > 0
      })
    else await eventually(isWhole)
    await hub.stop()
    expect((await position()) % stepSize).toBe(0)
  }
  expect(await dump()).toEqual(whole)
})

test('a search by subject reads the index by its key, and no table whole', async () => {
  await buildAll()
  const place = placeOf(subjectTerm(li))
  await log.asSuperuser('analyze access_log_term')
  const { rows } = await log.asSuperuser(`explain (format json) ${hitsText}`, [
    place.bucket,
    place.rest,
    place.own,
    0,
    1_000_000,
    64,
    [place.bucket, place.own],
  ])
  const plan = JSON.stringify(rows)
  expect(plan).toContain('access_log_term_pkey')
  expect(plan).not.toMatch(/"Seq Scan"[^}]*"access_log_term"/)
})
