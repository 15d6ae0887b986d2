/** Searches by the index are the naive filter over all entries, wherever the indexer stands and whatever was pruned. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { buildIndex } from '../../../../../services/exchange/log/index/build-index.ts'
import { findFirstUses } from '../../../../../services/exchange/log/index/find-first-uses.ts'
import { findLastCalls } from '../../../../../services/exchange/log/index/find-last-calls.ts'
import { dropSteps } from '../../../../../services/exchange/log/index/index-store.ts'
import { stepSize } from '../../../../../services/exchange/log/index/step.ts'
import { pruneBundles, setMinimumIndex } from '../../../../../services/exchange/log/keeping/retention-store.ts'
import {
  findAccesses,
  findEntries,
  hasReference,
  indexOfPull,
} from '../../../../../services/exchange/log/reading/find-entries.ts'
import type { SearchFilter } from '../../../../../services/exchange/log/reading/search-filter.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { type IndexedLog, openIndexedLog, subjects } from '../../../../support/indexed-log.ts'

// biome-ignore lint/suspicious/noExplicitAny: entries as anyone reads them
type Entry = any
let log: IndexedLog
let entries: Entry[]

beforeAll(async () => {
  log = await openIndexedLog(stepSize + 300)
  entries = await log.entries()
})
afterAll(() => log.close())

const outcomeOf = ({ kind, decision, content }: Entry) =>
  kind === 'pull' && decision === 'permit' && content.results.some((one: Entry) => one.decision === 'refuse')
    ? 'partial'
    : decision

const about = (entry: Entry, { type, id }: { type: string; id: string }) =>
  (entry.about ?? []).some((one: Entry) => one.type === type && one.id === id)

/** One word of a filter after the other, by the entry's own members. */
const naive = (entry: Entry, filter: SearchFilter) =>
  (filter.kind === undefined || entry.kind === filter.kind) &&
  (filter.system === undefined || entry.caller === filter.system) &&
  (filter.department === undefined || entry.department === filter.department) &&
  (filter.official === undefined || entry.official === filter.official) &&
  (filter.case === undefined || entry.case === filter.case) &&
  (filter.matter === undefined || entry.matter === filter.matter) &&
  (filter.dataset === undefined || (entry.datasets ?? []).includes(filter.dataset)) &&
  (filter.decision === undefined || outcomeOf(entry) === filter.decision) &&
  (filter.code === undefined || entry.code === filter.code) &&
  (filter.from === undefined || entry.at >= filter.from) &&
  (filter.until === undefined || entry.at < filter.until) &&
  (filter.subject === undefined || about(entry, filter.subject))

const some = <T>(values: readonly T[]) => fc.constantFrom(...values)
const mostlyNone = <T>(values: readonly T[]) => fc.option(some(values), { nil: undefined, freq: 3 })

/** Words of the log and one that it does not have; times of entries. */
const anyFilter = () => {
  const times = entries.filter((_, n) => n % 101 === 0).map(({ at }) => at as string)
  return fc.record({
    kind: mostlyNone(['pull', 'key', 'log-search'] as const),
    system: mostlyNone(['taxation/desk', 'health/"quoted" \\ desk', 'hub', 'no/one']),
    department: mostlyNone(['taxation', 'civil-affairs', 'no']),
    official: mostlyNone(['u-1', 'u-22', 'u-99']),
    case: mostlyNone(['2026-沪-1', '2026-沪-39', '2026-沪-40']),
    matter: mostlyNone(['school-enrolment', 'real-estate-transfer']),
    dataset: mostlyNone(['taxation.tax-clearance', 'natural-resources.title', 'no.such']),
    decision: mostlyNone(['permit', 'partial', 'refuse', 'fail'] as const),
    code: mostlyNone(['CONSENT_MISSING', 'NOT_FOUND']),
    from: mostlyNone(times),
    until: mostlyNone(times),
    subject: mostlyNone(subjects),
  })
}

const anyPage = () =>
  fc.record({
    before: fc.option(fc.integer({ min: 0, max: entries.length + 10 }), { nil: undefined }),
    limit: fc.integer({ min: 1, max: 60 }),
  })

const setPosition = (position: number) =>
  log.database.pool.query('update access_log_index set position = $1', [position])
const indexes = (found: { index: number }[]) => found.map(({ index }) => index)
const defined = (object: object) =>
  Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined))

async function pruneTo(minimum: number) {
  await inTransaction(log.database.pool, async tx => {
    const { rows } = await tx.query('select minimum_index as minimum from access_log_retention')
    await setMinimumIndex(tx, rows[0].minimum, minimum)
    await pruneBundles(tx, rows[0].minimum, minimum)
    await dropSteps(tx, minimum)
  })
}

async function compareSearches(positions: readonly number[], runs: number) {
  const kept: Entry[] = (await log.entries()).reverse()
  await fc.assert(
    fc.asyncProperty(
      anyFilter(),
      anyPage(),
      some(positions),
      some(subjects),
      async (drawn, page, position, subject) => {
        await setPosition(position)
        const filter = defined(drawn) as SearchFilter
        const isBefore = ({ index }: Entry) => page.before === undefined || index < page.before
        const wanted = kept.filter(entry => isBefore(entry) && naive(entry, filter)).slice(0, page.limit)
        const asked = { limit: page.limit, ...(page.before !== undefined && { before: page.before }) }
        expect(indexes(await findEntries(log.database.pool, filter, asked))).toEqual(indexes(wanted))
        const seen = kept.filter(
          entry => isBefore(entry) && about(entry, subject) && !(entry.confidentialUntil > '2026-12-01'),
        )
        const view = await findAccesses(log.database.pool, subject, {
          ...asked,
          today: '2026-12-01',
          viewer: 'someone',
        })
        expect(indexes(view)).toEqual(indexes(seen.slice(0, page.limit)))
      },
    ),
    { numRuns: runs },
  )
}

const callers = ['taxation/desk', 'hub', 'no/one', 'health/"quoted" \\ desk']
const cases = ['2026-沪-0', '2026-沪-7', '2026-沪-39', '2026-沪-40']

async function compareOutermost() {
  const kept: Entry[] = await log.entries()
  const last = callers.map(caller => kept.findLast(entry => entry.caller === caller)?.index)
  const calls = await findLastCalls(log.database.pool, callers)
  expect(callers.map(caller => calls.get(caller)?.index)).toEqual(last)
  for (const before of [0, 700, stepSize - 5, stepSize + 200, entries.length]) {
    const first = cases.map(number => kept.find(entry => entry.case === number && entry.index < before)?.at)
    const uses = await findFirstUses(log.database.pool, cases, before)
    expect(cases.map(number => uses.get(number)?.toISOString())).toEqual(first)
  }
}

async function compareReferences() {
  const { pool } = log.database
  const kept: Entry[] = await log.entries()
  for (const number of [5, 1_100, 4_090, 4_300]) {
    const { caller, kind } = entries[number]
    const isKept = kept.some(({ index }) => index === number)
    expect(kind).toBe('pull')
    expect(await indexOfPull(pool, caller, `pull-${number}`)).toBe(isKept ? number : undefined)
    expect(await indexOfPull(pool, 'no/one', `pull-${number}`)).toBeUndefined()
    expect(await hasReference(pool, 'pull', `pull-${number}`)).toBe(isKept)
    expect(await hasReference(pool, 'key', `pull-${number}`)).toBe(false)
  }
}

test('with no index at all, searches are the naive filter over all entries', async () => {
  await compareSearches([0], 25)
  await compareOutermost()
  await compareReferences()
})

test('wherever the indexer stands, searches are the naive filter over all entries', async () => {
  await setPosition(0)
  expect(await buildIndex(log.database.pool)).toBe(stepSize)
  const positions = [0, 1].map(steps => steps * stepSize)
  await compareSearches(positions, 100)
  for (const position of positions) {
    await setPosition(position)
    await compareOutermost()
    await compareReferences()
  }
})

test('after pruning, in the midst of a step and of whole steps, searches are the naive filter over what is kept', async () => {
  for (const minimum of [768, stepSize + 256]) {
    await pruneTo(minimum)
    await compareSearches([0, stepSize], 25)
    await setPosition(stepSize)
    await compareOutermost()
    await compareReferences()
    const { rows } = await log.database.pool.query('select min(first)::int as first from access_log_term')
    expect(rows[0].first).toBe(minimum < stepSize ? 0 : null)
  }
})
