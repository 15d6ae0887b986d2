/**
 * Keeps out: a start page whose number of papers counts own data, repeats and pulls of single datasets, and contradicts the
 * ledger or the auditor's figures. For any history the start page, the ledger, the auditor's figures, an auditor with the log
 * alone, and a count by hand say the same.
 */
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ledgerOf } from '../../../../../services/auditor/ledger.ts'
import type { Json } from '../../../../../services/contract/canonical-json.ts'
import { cityDayOf } from '../../../../../services/contract/city-time.ts'
import type { Figure } from '../../../../../services/exchange/log/reading/pull-figures.ts'
import { readFigures } from '../../../../../services/exchange/log/reading/read-figures.ts'
import type { Parts } from '../../../../../services/exchange/parts.ts'
import { countNew } from '../../../../../services/exchange/views/figures/count-new.ts'
import { readPapers } from '../../../../../services/exchange/views/figures/overview-store.ts'
import { readLedger } from '../../../../../services/exchange/views/figures/read-ledger.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { draftOf, type PullTold, pullTold } from '../../../../support/ledger-pulls.ts'
import { pullDraft } from '../../../../support/log-drafts.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
let hub: Parts
const clock = { now: new Date('2026-02-01T00:00:00Z') }

beforeAll(async () => {
  database = await createDatabase()
  await database.pool.query(
    `insert into department (id, title, credit_code) select id, '{"en":"-","zh":"-"}', id from unnest($1::text[]) as id`,
    [['a', 'taxation']],
  )
  await database.pool.query(
    `insert into dataset (id, department, entry) values ('a.x', 'a', '{}'), ('taxation.tax-clearance', 'taxation', '{}')`,
  )
  log = createTestAccessLog(database.pool, { now: () => clock.now })
  hub = { pool: database.pool, accessLog: log.accessLog, now: () => clock.now } as unknown as Parts
})
afterAll(async () => {
  log?.close()
  await database?.drop()
})

/** Each history is of cases of its own, so that what was counted before stays as it was. */
let histories = 0
beforeEach(() => {
  histories += 1
})

const outcomes = fc.constantFrom('met', 'held', 'not-needed', 'ask', 'no-consent', 'not-shared', 'not-found')
const pulls = fc.array(
  fc.record({
    hours: fc.nat(9),
    case: fc.option(fc.constantFrom('c-1', 'c-2', '沪-"4"'), { nil: undefined, freq: 5 }),
    subject: fc.constantFrom('one', 'other'),
    department: fc.constantFrom('housing', 'taxation'),
    matter: fc.constantFrom('transfer', 'lease'),
    outcomes: fc.dictionary(fc.constantFrom('a', 'b', 'c'), outcomes),
    /** Whether it was a pull of a single dataset, which proves nothing for a matter. */
    single: fc.boolean(),
    /** Whether the start page is looked at after it. */
    counted: fc.boolean(),
  }),
  { minLength: 1, maxLength: 40 },
)
type Step = ReturnType<typeof fc.sample<PullTold & { hours: number; single: boolean; counted: boolean }>>[number]

async function append(step: Step) {
  clock.now = new Date(clock.now.getTime() + step.hours * 3_600_000)
  const { case: number, ...pull } = step
  const told = pullTold({ ...pull, ...(number && { case: `${number}/${histories}` }) })
  const { matter, ...single } = pullDraft()
  await log.accessLog.commitWith(async (_, record) => record(step.single ? single : draftOf(told)))
  if (step.counted) await countAll()
}
async function countAll() {
  while (await countNew(hub));
}

type Entry = {
  about: object[]
  kind: string
  at: string
  case?: string
  department: string
  matter?: string
  reference: string
} & {
  content: { subject: object; requirements?: { id: string; outcome: string }[] }
}

/** By hand: what each proof was at its last pull, in the order of the log. */
function papersByHand(entries: readonly Entry[]): { day: string; matter: string }[] {
  const last = new Map<string, { day: string; matter: string; outcome: string }>()
  for (const { kind, at, department, matter, reference, content, ...entry } of entries) {
    if (kind !== 'pull' || matter === undefined) continue
    for (const { id, outcome } of content.requirements ?? []) {
      const proof = JSON.stringify([department, matter, entry.case ?? { reference }, content.subject, id])
      last.set(proof, { day: cityDayOf(new Date(at)), matter, outcome })
    }
  }
  return [...last.values()].filter(({ outcome }) => outcome === 'met' || outcome === 'held')
}

test('the start page, the ledger, the auditor and a count by hand agree on every history', async () => {
  await fc.assert(
    fc.asyncProperty(pulls, async history => {
      for (const step of history) await append(step as unknown as Step)
      await countAll()
      const entries = await parsedEntries<Entry>(database.pool)
      const byHand = papersByHand(entries)
      const today = cityDayOf(clock.now)
      const shown = await readPapers(database.pool, today)
      const sum = (of: 'today' | 'total') => shown.reduce((total, row) => total + row[of], 0)
      const auditor = { id: 'auditor', kind: 'person' as const, roles: ['auditor' as const] }
      const metFrom = async (from: string) => {
        const ledger = (await readLedger(hub, auditor, { from, to: today })) as { total: { met: number }; size: number }
        const { size } = ledger
        const counted = ledgerOf(entries as unknown as Json[], { from, to: today, size }).total.met
        return [ledger.total.met, counted]
      }
      const onDay = byHand.filter(({ day }) => day === today).length
      expect([sum('today'), ...(await metFrom(today))]).toEqual([onDay, onDay, onDay])
      expect([sum('total'), ...(await metFrom('2026-02-01'))]).toEqual(Array(3).fill(byHand.length))
      for (const { matter, total } of shown) {
        expect(total).toBe(byHand.filter(one => one.matter === matter).length)
      }
    }),
    { numRuns: 12 },
  )
}, 120_000)

/** By hand: every pull of the log by department and day, and whom they were about. */
function pullsByHand(entries: readonly Entry[]) {
  const pulls = entries.filter(({ kind }) => kind === 'pull')
  const groups = Map.groupBy(pulls, ({ department, at }) => `${cityDayOf(new Date(at))} ${department}`)
  return Object.fromEntries(
    [...groups].map(([group, all]) => {
      const subjects = new Set(all.flatMap(({ about }) => about.map(one => JSON.stringify(one))))
      return [group, { pulls: all.length, subjects: subjects.size }]
    }),
  )
}

test('the auditor’s figures, the ledger, the flows of the start page and a count by hand agree on pulls', async () => {
  await fc.assert(
    fc.asyncProperty(pulls, async history => {
      for (const step of history) await append(step as unknown as Step)
      await countAll()
      const entries = await parsedEntries<Entry>(database.pool)
      const auditor = { id: 'auditor', kind: 'person' as const, roles: ['auditor' as const] }
      const until = new Date(clock.now.getTime() + 1).toISOString()
      const figures = (await readFigures(hub, auditor, { from: '2026-02-01T00:00:00Z', until })) as Figure[]
      const told = figures.map(({ day, department, pulls, subjects }) => [`${day} ${department}`, { pulls, subjects }])
      expect(Object.fromEntries(told)).toEqual(pullsByHand(entries))
      const period = { from: '2026-02-01', to: cityDayOf(clock.now) }
      const ledger = (await readLedger(hub, auditor, period)) as { total: { pulls: number }; size: number }
      expect(ledger.total.pulls).toBe(ledgerOf(entries as unknown as Json[], period).total.pulls)
      const flows = await database.pool.query('select sum(permits + refusals)::bigint as results from overview_flow')
      expect(flows.rows[0].results).toBe(entries.filter(({ kind }) => kind === 'pull').length)
    }),
    { numRuns: 6 },
  )
}, 120_000)
