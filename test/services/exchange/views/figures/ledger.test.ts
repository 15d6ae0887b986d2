import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { ledgerOf } from '../../../../../services/auditor/ledger.ts'
import type { Json, JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { createLog } from '../../../../../services/contract/log.ts'
import type { Parts } from '../../../../../services/exchange/parts.ts'
import { createServer } from '../../../../../services/exchange/platform/http/server.ts'
import type { Caller } from '../../../../../services/exchange/platform/identity/caller.ts'
import { ledgerRoutes } from '../../../../../services/exchange/views/figures/ledger-routes.ts'
import { createTestAccessLog, type TestAccessLog } from '../../../../support/access-log.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { draftOf, type PullTold, pullTold } from '../../../../support/ledger-pulls.ts'
import { noProof } from '../../../../support/no-proof.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'

let database: TestDatabase
let log: TestAccessLog
let app: Awaited<ReturnType<typeof createServer>>
const clock = { now: new Date() }

const callers: Record<string, Caller> = {
  auditor: { id: 'auditor', kind: 'person', roles: ['auditor'] },
  operator: { id: 'operator', kind: 'person', roles: ['operator'] },
  steward: { id: 'steward-a', kind: 'person', roles: ['steward'], department: 'housing' },
  citizen: { id: 'alice', kind: 'person', roles: ['citizen'] },
}

beforeAll(async () => {
  database = await createDatabase()
  log = createTestAccessLog(database.pool, { now: () => clock.now })
  const hub = { pool: database.pool, accessLog: log.accessLog } as unknown as Parts
  app = await createServer({
    log: createLog('test', 'silent'),
    newId: () => 'request',
    now: () => new Date(),
    requestsPerMinute: 1_000_000,
    checkProof: noProof,
    findSystem: () => undefined,
    verify: token => callers[token]!,
  })
  await app.register(ledgerRoutes(hub))
  await app.ready()
})
afterAll(async () => {
  await app?.close()
  log?.close()
  await database?.drop()
})

async function append(...pulls: PullTold[]): Promise<void> {
  for (const pull of pulls) {
    clock.now = new Date(pull.at)
    await log.accessLog.commitWith(async (_, record) => record(draftOf(pull)))
  }
}
async function entries(): Promise<Json[]> {
  // Newest first, as an export has them.
  return (await parsedEntries<Json>(database.pool)).reverse()
}
async function ledger(query: Record<string, string>, as = 'auditor') {
  const url = `/v1/ledger?${new URLSearchParams(query)}`
  const answer = await app.inject({ method: 'GET', url, headers: { authorization: `Bearer ${as}` } })
  return { status: answer.statusCode, body: answer.json() }
}
const day = (of: string) => ({ from: of, to: of })

describe('the ledger', () => {
  test('counts each proof of a case once, as its last pull left it, and says why the rest came on paper', async () => {
    const pull = pullTold({ at: '2026-01-05T02:00:00Z', case: 'one' })
    await append(
      { ...pull, outcomes: { a: 'met', b: 'no-consent', c: 'not-needed', d: 'ask' }, milliseconds: 5 },
      { ...pull, outcomes: { a: 'held', b: 'met', c: 'not-needed', d: 'not-shared' }, milliseconds: 15 },
      { ...pull, case: 'two', outcomes: { a: 'not-found', b: 'no-consent' }, milliseconds: 40 },
    )
    const { body } = await ledger(day('2026-01-05'))
    const counts = {
      pulls: 3,
      proofs: 5,
      met: 2,
      open: 0,
      paper: { 'not-shared': 1, 'not-found': 1, 'no-consent': 1 },
    }
    expect(body.total).toEqual(counts)
    expect(body.rows).toEqual([
      {
        day: '2026-01-05',
        department: 'housing',
        matter: 'transfer',
        district: '310115',
        milliseconds: { median: 15, p95: 40 },
        ...counts,
      },
    ])
  })

  test('counts the proofs of two subjects of one case apart, and every pull without a case', async () => {
    const pull = pullTold({ at: '2026-01-06T02:00:00Z', case: 'three' })
    const { case: _, ...caseless } = pull
    await append(pull, { ...pull, subject: 'other' }, caseless, caseless)
    expect((await ledger(day('2026-01-06'))).body.total).toMatchObject({ pulls: 4, proofs: 4, met: 4 })
  })

  test('cuts days where the city’s day ends', async () => {
    const before = pullTold({ at: '2026-01-07T15:59:59.999Z', case: 'four' })
    await append(before, { ...before, at: '2026-01-07T16:00:00.000Z', case: 'five' })
    expect((await ledger(day('2026-01-07'))).body.total.proofs).toBe(1)
    expect((await ledger(day('2026-01-08'))).body.total.proofs).toBe(1)
  })

  test('flags paper that the hub could supply, had anybody asked for it, and no other', async () => {
    const at = '2026-01-09T02:00:00Z'
    const reasons = ['not-shared', 'no-consent', 'declined', 'withheld', 'no-source', 'not-found', 'unavailable']
    const outcomes = Object.fromEntries(reasons.map(reason => [`r-${reason}`, reason]))
    await append(
      pullTold({ at, case: 'six', outcomes }),
      pullTold({ at, case: 'seven', outcomes: { 'r-no-consent': 'no-consent' } }),
    )
    const { body } = await ledger(day('2026-01-09'))
    expect(body.flags).toEqual([
      {
        department: 'housing',
        matter: 'transfer',
        requirement: 'r-no-consent',
        datasets: ['a.x'],
        code: 'CONSENT_MISSING',
        papers: 2,
      },
      {
        department: 'housing',
        matter: 'transfer',
        requirement: 'r-not-shared',
        datasets: ['a.x'],
        code: 'AGREEMENT_MISSING',
        papers: 1,
      },
    ])
  })

  test('leaves out single datasets, pulls that could not be decided, and other kinds of entries', async () => {
    clock.now = new Date('2026-01-10T02:00:00Z')
    const { content, ...draft } = draftOf(pullTold({ at: '2026-01-10T02:00:00Z', case: 'eight' }))
    const { requirements: _, ...single } = content
    await log.accessLog.commitWith(async (_, record) => record({ ...draft, content: single as JsonObject }))
    expect((await ledger(day('2026-01-10'))).body).toMatchObject({
      total: { pulls: 0, proofs: 0 },
      rows: [],
      flags: [],
    })
  })

  test('is counted alike by an auditor who has the log alone, whatever happened', async () => {
    const outcome = fc.constantFrom(
      'met',
      'held',
      'not-needed',
      'ask',
      'no-consent',
      'not-shared',
      'withheld',
      'not-found',
    )
    const pull = fc.record({
      at: fc
        .date({ min: new Date('2026-02-01'), max: new Date('2026-02-06'), noInvalidDate: true })
        .map(at => at.toISOString()),
      case: fc.option(fc.constantFrom('c-1', 'c-2', 'c-3', '沪-"4"'), { nil: undefined, freq: 5 }),
      subject: fc.constantFrom('one', 'other'),
      department: fc.constantFrom('housing', 'taxation'),
      matter: fc.constantFrom('transfer', 'lease'),
      district: fc.option(fc.constantFrom('310115', '310104'), { nil: undefined, freq: 3 }),
      milliseconds: fc.option(fc.nat(200), { nil: undefined, freq: 6 }),
      outcomes: fc.dictionary(fc.constantFrom('a', 'b', 'c'), outcome),
      key: fc.constantFrom('K-1', '证-"1"'),
    })
    // The log's times never fall.
    const pulls = fc
      .sample(pull, { numRuns: 150, seed: 20260202 })
      .toSorted((one, other) => Date.parse(one.at) - Date.parse(other.at))
    await append(...pulls.map(one => pullTold(JSON.parse(JSON.stringify(one)))))
    const all = await entries()
    const queries: Record<string, string>[] = [
      { from: '2026-02-01', to: '2026-02-06' },
      { from: '2026-02-02', to: '2026-02-03' },
      { from: '2026-02-01', to: '2026-02-06', matter: 'lease' },
      { from: '2026-02-01', to: '2026-02-06', department: 'taxation' },
      { from: '2026-02-03', to: '2026-02-05', department: 'housing', matter: 'transfer' },
    ]
    for (const query of queries) {
      const { body } = await ledger(query)
      const { from, to, matter, department, size, ...counted } = body
      expect(ledgerOf(all, { ...(query as { from: string; to: string }), size })).toEqual(counted)
      expect({ from, to, ...(matter && { matter }), ...(department && { department }) }).toEqual(query)
      expect(counted.total.proofs).toBeGreaterThan(5)
    }
  })

  test('says how much of the log it counted, so that later entries change nothing', async () => {
    const period = { from: '2026-03-01', to: '2026-03-02' }
    await append(pullTold({ at: '2026-03-01T02:00:00Z', case: 'nine' }))
    const { body } = await ledger(period)
    await append(pullTold({ at: '2026-03-01T02:00:00Z', case: 'nine', outcomes: { a: 'not-found' } }))
    const { from, to, size, ...counted } = body
    expect(ledgerOf(await entries(), { from, to, size })).toEqual(counted)
    expect(counted.total.met).toBe(1)
    expect((await ledger(period)).body.total.met).toBe(0)
  })
})

describe('reading the ledger', () => {
  test('is an entry of the log itself', async () => {
    await ledger({ ...day('2026-01-05'), matter: 'transfer' })
    const [entry] = (await entries()) as (JsonObject & { kind: string; content: unknown })[]
    expect(entryViolations(entry!)).toEqual([])
    expect(entry).toMatchObject({
      kind: 'log-search',
      caller: 'auditor',
      content: { what: 'ledger', filter: { from: '2026-01-05', until: '2026-01-05', matter: 'transfer' } },
    })
  })

  test('is for operators, auditors, and stewards of the own department', async () => {
    expect((await ledger(day('2026-01-05'), 'operator')).status).toBe(200)
    const own = await ledger(day('2026-01-05'), 'steward')
    expect([own.status, own.body.department]).toEqual([200, 'housing'])
    const other = await ledger({ ...day('2026-01-05'), department: 'taxation' }, 'steward')
    expect([other.status, other.body.code, other.body.pointer]).toEqual([403, 'NOT_ALLOWED', '/department'])
    expect((await ledger(day('2026-01-05'), 'citizen')).status).toBe(403)
  })

  test.each([
    ['LOG_SEARCH_TOO_WIDE', { from: '2026-01-01', to: '2026-04-03' }],
    ['LOG_SEARCH_TOO_WIDE', { from: '2026-01-02', to: '2026-01-01' }],
    ['BODY_INVALID', { from: '2026-02-30', to: '2026-03-01' }],
    ['BODY_INVALID', { from: '2026-02-01' }],
  ] as [string, Record<string, string>][])('is refused with %s for %j', async (code, query) => {
    expect((await ledger(query)).body).toMatchObject({ code })
  })
})
