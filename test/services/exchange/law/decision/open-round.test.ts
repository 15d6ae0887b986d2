import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type pg from 'pg'
import { Registry } from 'prom-client'
import { ulid } from 'ulid'
import { createLog } from '../../../../../services/contract/log.ts'
import type { Agreement } from '../../../../../services/exchange/law/agreement/agreement.ts'
import { insertAgreement } from '../../../../../services/exchange/law/agreement/agreement-store.ts'
import type { Consent } from '../../../../../services/exchange/law/consent/consent.ts'
import {
  insertConsent,
  lockConsent,
  updateConsent,
} from '../../../../../services/exchange/law/consent/consent-store.ts'
import { claimsPerSubjectAndDay } from '../../../../../services/exchange/law/decision/count-claims.ts'
import type { Ask, Decision } from '../../../../../services/exchange/law/decision/decision.ts'
import { openRound } from '../../../../../services/exchange/law/decision/open-round.ts'
import { registerClaimAlarm } from '../../../../../services/exchange/law/decision/raise-claim-alarm.ts'
import { readRights } from '../../../../../services/exchange/law/decision/read-rights.ts'
import { createPool } from '../../../../../services/postgres/pool.ts'
import { inTransaction, type Transaction } from '../../../../../services/postgres/transaction.ts'
import { datasetOf } from '../../../../support/city-department.ts'
import { creditCodeOf } from '../../../../support/credit-code.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'

const now = new Date('2026-03-02T02:00:00Z')
const marriage = datasetOf('civil-affairs')
const clearance = datasetOf('taxation')
const byId = new Map([marriage, clearance].map(dataset => [dataset.id, dataset]))
const alice = { type: 'person', id: '11010519491231002X' } as const
const bob = { type: 'person', id: '440524188001010014' } as const

let database: TestDatabase
/** Two exchange processes are two pools. */
let pools: [pg.Pool, pg.Pool]

beforeAll(async () => {
  database = await createDatabase()
  pools = [database.pool, createPool({ url: database.url, size: 16, log: createLog('test', 'silent') })]
  await inTransaction(database.pool, async tx => {
    for (const id of ['civil-affairs', 'taxation', 'natural-resources']) {
      const text = 'insert into department (id, title, credit_code) values ($1, $2, $3)'
      await tx.query(text, [id, { zh: id, en: id }, creditCodeOf(id)])
    }
    for (const dataset of byId.values()) {
      const text = 'insert into dataset (id, department, entry) values ($1, $2, $3)'
      await tx.query(text, [dataset.id, dataset.department, dataset])
    }
    for (const dataset of byId.values()) await insertAgreement(tx, agreementOn(dataset.id))
  })
})
afterAll(async () => {
  await pools[1].end()
  await database.drop()
})

const agreementOn = (dataset: string): Agreement => ({
  id: ulid(),
  dataset,
  source: dataset.split('.')[0]!,
  department: 'natural-resources',
  purpose: 'transfer',
  state: 'active',
  validFrom: new Date('2026-01-01'),
  validUntil: new Date('2027-01-01'),
  terms: {
    fields: [{ pointer: '/number', use: 'read' }],
    basis: { type: 'consent' },
    scenario: { zh: '测试', en: 'test' },
    method: 'service-interface',
  },
  history: [],
  createdAt: now,
  updatedAt: now,
})

/** Each test has a purpose of its own, so that none sees the consents of another. */
async function give(purpose: string, more: Partial<Consent> = {}): Promise<Consent> {
  const consent: Consent = {
    id: ulid(),
    subject: alice,
    department: 'natural-resources',
    purpose,
    state: 'active',
    validFrom: new Date('2026-01-01'),
    validUntil: new Date('2027-01-01'),
    datasets: { [marriage.id]: ['/number'], [clearance.id]: ['/number'] },
    used: 0,
    periodUsed: 0,
    artefact: { purposeText: { zh: '测试', en: 'test' }, language: 'zh', notice: '测试' },
    version: 1,
    history: [],
    createdAt: now,
    updatedAt: now,
    ...more,
  }
  await inTransaction(database.pool, async tx => {
    for (const dataset of byId.keys()) await insertAgreement(tx, { ...agreementOn(dataset), purpose })
    await insertConsent(tx, consent)
  })
  return consent
}

/** A pull of its own, unless said otherwise. */
const ask = (purpose: string, more: Partial<Ask> = {}): Ask => ({
  pull: ulid(),
  caller: { department: 'natural-resources', system: 'natural-resources/title-office' },
  subject: alice,
  dataset: marriage.id,
  purpose,
  case: '2026-1',
  official: 'u-1',
  ...more,
})

/** Decides all asks, pull by pull, and uses whatever is permitted. */
async function decideAll(
  tx: Transaction,
  asks: Ask[],
  { at = now, spent = new Map(), claimLimit = claimsPerSubjectAndDay } = {},
): Promise<Decision[]> {
  const rights = await readRights(tx, asks)
  const round = await openRound(tx, { rights, datasetOf: id => byId.get(id), now: at, spent, claimLimit })
  const decisions = new Map<Ask, Decision>()
  for (const [pull, own] of Map.groupBy(asks, ({ pull }) => pull)) {
    for (const asked of own) decisions.set(asked, round.decide(asked))
    round.spend(
      pull,
      own.map(asked => decisions.get(asked)!),
    )
  }
  await round.store()
  return asks.map(asked => decisions.get(asked)!)
}
const decideIn = (pool: pg.Pool, asks: Ask[], options = {}, at = now) =>
  inTransaction(pool, tx => decideAll(tx, asks, { at, ...options }))
const codes = (decisions: Decision[]) => decisions.map(one => (one.decision === 'permit' ? 'PERMIT' : one.code))
const usesOf = async (id: string) => {
  const { rows } = await database.pool.query('select used, period_used from consent where id = $1', [id])
  return rows[0] as { used: number; period_used: number }
}

describe('limited uses', () => {
  test('32 pulls on two processes that race for 5 uses win exactly 5', async () => {
    const { id } = await give('race', { uses: 5 })
    const racing = Array.from({ length: 32 }, (_, n) => decideIn(pools[n % 2]!, [ask('race')]))
    const outcome = codes((await Promise.all(racing)).flat()).toSorted()
    expect(outcome).toEqual([...Array(27).fill('CONSENT_USED_UP'), ...Array(5).fill('PERMIT')])
    expect((await usesOf(id)).used).toBe(5)
  })

  test('batches that name the same consents in opposite order neither deadlock nor overspend', async () => {
    const first = await give('crossing', { uses: 10 })
    const second = await give('crossing', { uses: 10, subject: bob })
    const asks = [ask('crossing'), ask('crossing', { subject: bob })]
    const racing = Array.from({ length: 32 }, (_, n) => decideIn(pools[n % 2]!, n % 4 < 2 ? asks : asks.toReversed()))
    const permitted = codes((await Promise.all(racing)).flat()).filter(code => code === 'PERMIT')
    expect(permitted).toHaveLength(20)
    expect([(await usesOf(first.id)).used, (await usesOf(second.id)).used]).toEqual([10, 10])
  })

  test('pulls of one batch are counted one after another', async () => {
    const { id } = await give('batch', { uses: 2 })
    const decisions = await decideIn(pools[0], [ask('batch'), ask('batch'), ask('batch')])
    expect(codes(decisions)).toEqual(['PERMIT', 'PERMIT', 'CONSENT_USED_UP'])
    expect((await usesOf(id)).used).toBe(2)
  })

  test('one pull of several datasets is one use, over several rounds too', async () => {
    const { id } = await give('rounds', { uses: 1 })
    const spent = new Map()
    const pull = { pull: 'P1' }
    const outcome = await inTransaction(pools[0], async tx => {
      const round = (asks: Ask[]) => decideAll(tx, asks, { spent })
      const first = await round([ask('rounds', pull), ask('rounds', { ...pull, dataset: clearance.id })])
      const second = await round([ask('rounds', { ...pull, dataset: clearance.id }), ask('rounds', { pull: 'P2' })])
      return [...first, ...second]
    })
    expect(codes(outcome)).toEqual(['PERMIT', 'PERMIT', 'PERMIT', 'CONSENT_USED_UP'])
    expect((await usesOf(id)).used).toBe(1)
  })

  test('a transaction that is rolled back spends nothing', async () => {
    const { id } = await give('rollback', { uses: 1 })
    const failing = inTransaction(pools[0], async tx => {
      await decideAll(tx, [ask('rollback')])
      throw new Error('the answer could not be logged')
    })
    await expect(failing).rejects.toThrow('logged')
    expect((await usesOf(id)).used).toBe(0)
    expect(codes(await decideIn(pools[1], [ask('rollback')]))).toEqual(['PERMIT'])
  })

  test('a frequency holds within its period of the city’s calendar and starts anew after it', async () => {
    await give('frequency', { frequency: { uses: 2, per: 'day' } })
    const at = async (instant: string) => codes(await decideIn(pools[0], [ask('frequency')], {}, new Date(instant)))[0]
    expect(await at('2026-03-02T02:00:00Z')).toBe('PERMIT')
    expect(await at('2026-03-02T15:59:59Z')).toBe('PERMIT')
    expect(await at('2026-03-02T15:59:59Z')).toBe('CONSENT_TOO_FREQUENT')
    expect(await at('2026-03-02T16:00:00Z')).toBe('PERMIT')
  })

  test('an unlimited consent is not written to and locks nobody out', async () => {
    const { id } = await give('unlimited')
    const outcome = await inTransaction(pools[0], async tx => {
      const held = await decideAll(tx, [ask('unlimited')])
      return [...held, ...(await decideIn(pools[1], [ask('unlimited')]))]
    })
    expect(codes(outcome)).toEqual(['PERMIT', 'PERMIT'])
    expect((await usesOf(id)).used).toBe(0)
  })
})

describe('withdrawal', () => {
  const withdraw = (pool: pg.Pool, id: string) =>
    inTransaction(pool, async tx => {
      const consent = await lockConsent(tx, id)
      await updateConsent(tx, { ...consent!, state: 'withdrawn' })
    })

  test.each([undefined, 1000])(
    'no pull that starts after it was confirmed succeeds, on either process (uses: %s)',
    async uses => {
      for (let round = 0; round < 10; round += 1) {
        const purpose = `withdraw-${uses}-${round}`
        const { id } = await give(purpose, uses === undefined ? {} : { uses })
        let confirmed = false
        const pulling = Array.from({ length: 12 }, async (_, n) => {
          const outcomes: string[] = []
          for (let turn = 0; turn < 4; turn += 1) {
            const startedAfter = confirmed
            const [code] = codes(await decideIn(pools[n % 2]!, [ask(purpose)]))
            if (startedAfter) outcomes.push(code!)
          }
          return outcomes
        })
        await withdraw(pools[round % 2]!, id)
        confirmed = true
        const late = (await Promise.all(pulling)).flat()
        late.push(
          ...codes(await decideIn(pools[0], [ask(purpose)])),
          ...codes(await decideIn(pools[1], [ask(purpose)])),
        )
        expect(late.filter(code => code !== 'CONSENT_WITHDRAWN')).toEqual([])
      }
    },
  )

  test('a pull that waits for the withdrawal of a limited consent sees it', async () => {
    const { id } = await give('waiting', { uses: 9 })
    const waiting = await inTransaction(pools[0], async tx => {
      const consent = await lockConsent(tx, id)
      const pull = decideIn(pools[1], [ask('waiting')])
      await updateConsent(tx, { ...consent!, state: 'withdrawn' })
      return { pull }
    })
    const decided = codes(await waiting.pull)
    expect(decided).toEqual(['CONSENT_WITHDRAWN'])
    expect((await usesOf(id)).used).toBe(0)
  })
})

describe('claims', () => {
  const claims = [{ field: '/number', equals: 'P-1' }]

  test('guessing about one subject ends at the day’s limit, and begins anew the next day', async () => {
    await give('guessing')
    const guess = async (at: Date, subject: Ask['subject'] = alice) =>
      codes(await decideIn(pools[0], [ask('guessing', { claims, subject })], { claimLimit: 3 }, at))[0]
    const answers = [await guess(now), await guess(now), await guess(now), await guess(now)]
    expect(answers).toEqual(['PERMIT', 'PERMIT', 'PERMIT', 'CLAIMS_TOO_MANY'])
    expect(await guess(now, bob)).toBe('CONSENT_MISSING')
    expect(await guess(new Date('2026-03-03T02:00:00Z'))).toBe('PERMIT')
  })

  test('who guessed past the limit today is an alarm on /metrics, told by department and never by subject', async () => {
    const registry = new Registry()
    const clock = { now: new Date('2026-05-06T02:00:00Z') }
    registerClaimAlarm({ registry, pool: database.pool, now: () => clock.now, limit: 3 })
    const alarm = 'datarun_claims_over_limit{department="natural-resources"} 1'
    await give('alarm', { validUntil: new Date('2026-12-31') })
    const guess = () => decideIn(pools[0], [ask('alarm', { claims })], { claimLimit: 3 }, clock.now)
    for (let count = 0; count < 3; count += 1) await guess()
    expect(await registry.metrics()).not.toContain('{')
    await guess()
    expect(await registry.metrics()).toContain(alarm)
    expect(await registry.metrics()).not.toContain(alice.id)
    clock.now = new Date('2026-05-07T02:00:00Z')
    expect(await registry.metrics()).not.toContain('{')
  })

  test('32 guesses at once pass the limit exactly as often as it says', async () => {
    await give('guessing-at-once', { subject: bob })
    const options = { claimLimit: 7 }
    const at = new Date('2026-04-01T02:00:00Z')
    const guesses = Array.from({ length: 32 }, (_, n) =>
      decideIn(pools[n % 2]!, [ask('guessing-at-once', { claims, subject: bob })], options, at),
    )
    const permitted = codes((await Promise.all(guesses)).flat()).filter(code => code === 'PERMIT')
    expect(permitted).toHaveLength(7)
  })

  test('a department learns 8 bits of a field whatever system, official, case or purpose it asks by', async () => {
    const at = new Date('2026-06-01T02:00:00Z')
    await give('learning', { validUntil: new Date('2026-12-31') })
    await give('learning-too', { validUntil: new Date('2026-12-31') })
    const guess = (n: number, more: Partial<Ask> = {}) =>
      ask(n % 2 ? 'learning' : 'learning-too', {
        claims: [{ field: '/number', equals: `P-${n}` }],
        caller: { department: 'natural-resources', system: `natural-resources/system-${n % 3}` },
        case: `2026-${n}`,
        official: `u-${n}`,
        ...more,
      })
    const answers: string[] = []
    for (let n = 0; n < 12; n += 1) answers.push(...codes(await decideIn(pools[0], [guess(n)], {}, at)))
    expect(answers).toEqual([...Array(8).fill('PERMIT'), ...Array(4).fill('CLAIMS_LEARNT_TOO_MUCH')])
    expect(codes(await decideIn(pools[0], [guess(3)], {}, at))).toEqual(['PERMIT'])
    expect(codes(await decideIn(pools[0], [guess(1, { dataset: clearance.id })], {}, at))).toEqual(['PERMIT'])
    expect(codes(await decideIn(pools[0], [guess(90)], {}, new Date('2026-08-29T02:00:00Z')))).toEqual([
      'CLAIMS_LEARNT_TOO_MUCH',
    ])
    expect(codes(await decideIn(pools[0], [guess(90)], {}, new Date('2026-08-30T02:00:00Z')))).toEqual(['PERMIT'])
  })

  test('the same claim about records of another time, by another consent, is another claim', async () => {
    const at = new Date('2026-05-02T02:00:00Z')
    const subject = { type: 'person' as const, id: '110101198501010017' }
    const years = [2016, 2017, 2018, 2019, 2020, 2021, 2022, 2023, 2024]
    const answers: string[] = []
    for (const year of years) {
      const dataRange = { from: `${year}-01-01`, until: `${year}-12-31` }
      const artefact = { purposeText: { zh: '测试', en: 'test' }, language: 'zh' as const, notice: '测试', dataRange }
      await give(`learning-of-${year}`, { validUntil: new Date('2026-12-31'), subject, artefact })
      const asking = ask(`learning-of-${year}`, { claims: [{ field: '/number', equals: 'P-1' }], subject })
      answers.push(...codes(await decideIn(pools[0], [asking], {}, at)))
    }
    expect(answers).toEqual([...Array(8).fill('PERMIT'), 'CLAIMS_LEARNT_TOO_MUCH'])
  })

  test('what is refused for it spends no use, and shows on the metrics under the department alone', async () => {
    const registry = new Registry()
    const at = new Date('2026-07-01T02:00:00Z')
    registerClaimAlarm({ registry, pool: database.pool, now: () => at })
    const { id } = await give('learning-uses', { uses: 20, subject: bob, validUntil: new Date('2026-12-31') })
    const claims = Array.from({ length: 9 }, (_, n) => ({ field: '/number', equals: `Q-${n}` }))
    const asking = ask('learning-uses', { claims, subject: bob })
    expect(codes(await decideIn(pools[0], [asking], {}, at))).toEqual(['CLAIMS_LEARNT_TOO_MUCH'])
    expect((await usesOf(id)).used).toBe(0)
    const metrics = await registry.metrics()
    expect(metrics).toContain('datarun_claims_learnt_over_limit{department="natural-resources"} 1')
    expect(metrics).not.toContain(bob.id)
  })

  // Around the city's midnight: within a day the day's count of claims is locked, too, and would hide that what was learnt is not.
  test('32 different guesses at once on two processes, alone and in batches, get 8 bits together', async () => {
    await give('learning-at-once', { validUntil: new Date('2027-12-31') })
    const around = ['2026-12-15T15:59:59Z', '2026-12-15T16:00:01Z'].map(text => new Date(text))
    const guess = (n: number) => ask('learning-at-once', { claims: [{ field: '/number', equals: `R-${n}` }] })
    const guesses = Array.from({ length: 16 }, (_, n) =>
      decideIn(pools[n % 2]!, n % 3 ? [guess(n)] : [guess(n), guess(n + 16)], {}, around[n % 2]!),
    )
    const permitted = codes((await Promise.all(guesses)).flat()).filter(code => code === 'PERMIT')
    expect(permitted).toHaveLength(8)
  })
})

test('a batch of any size needs the same few statements', async () => {
  await give('statements', { uses: 1000 })
  const count = async (size: number) =>
    inTransaction(pools[0], async tx => {
      const query = tx.query.bind(tx)
      let statements = 0
      const counting = Object.assign(Object.create(tx), {
        query: (...given: Parameters<typeof query>) => {
          statements += 1
          return query(...given)
        },
      }) as typeof tx
      const asks = Array.from({ length: size }, (_, n) => ask('statements', { pull: `P${n}` }))
      await decideAll(counting, asks)
      return statements
    })
  expect([await count(1), await count(100)]).toEqual([4, 4])
})
