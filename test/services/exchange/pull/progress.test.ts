import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { RecordStatus } from '../../../../services/contract/envelope.ts'
import type { Decision } from '../../../../services/exchange/law/decision/decision.ts'
import {
  consent,
  duty,
  matterOf,
  permitOn,
  recordOf,
  refuse,
  requestOf,
  requirement,
  runPull,
  type World,
} from '../../../support/pull-cases.ts'

const lawful = permitOn(duty)
const onConsent = permitOn(consent)
const missing = refuse('CONSENT_MISSING')
const one = (key = 'K-1') => [recordOf(key)]

const plain = ({ requirements, rounds }: ReturnType<typeof runPull>) => ({
  outcomes: requirements!.map(({ id, outcome, datasets }) => [id, outcome, datasets.join('+')]),
  rounds,
})

describe('the plan of a matter', () => {
  test('decides all that might serve at once, and reads the cheapest lawful set alone', () => {
    const matter = matterOf([requirement('home', [['a.deed', 'a.tax'], ['b.lease']])])
    const world: World = {
      decisions: { 'a.deed': lawful, 'a.tax': lawful, 'b.lease': lawful },
      records: { 'b.lease': one() },
    }
    expect(plain(runPull(requestOf(), matter, world))).toEqual({
      outcomes: [['home', 'met', 'b.lease']],
      rounds: [{ decided: ['a.deed', 'a.tax', 'b.lease'], read: ['b.lease'] }],
    })
  })

  test('takes two datasets that the law allows before one that would spend a consent', () => {
    const matter = matterOf([requirement('home', [['b.lease'], ['a.deed', 'a.tax']])])
    const world: World = {
      decisions: { 'a.deed': lawful, 'a.tax': lawful, 'b.lease': onConsent },
      records: { 'a.deed': one(), 'a.tax': one() },
    }
    expect(plain(runPull(requestOf(), matter, world)).outcomes).toEqual([['home', 'met', 'a.deed+a.tax']])
  })

  test('lets requirements share what is read anyway', () => {
    const matter = matterOf([requirement('home', [['b.lease'], ['a.deed']]), requirement('owner', [['a.deed']])])
    const decisions = { 'a.deed': lawful, 'b.lease': lawful }
    const told = runPull(requestOf(), matter, { decisions, records: { 'a.deed': one() } })
    expect(plain(told)).toEqual({
      outcomes: [
        ['home', 'met', 'a.deed'],
        ['owner', 'met', 'a.deed'],
      ],
      rounds: [{ decided: ['b.lease', 'a.deed'], read: ['a.deed'] }],
    })
  })

  test('goes on to the next lawful set where nothing is found, passing over those that are refused', () => {
    const matter = matterOf([requirement('home', [['a.deed'], ['b.lease'], ['c.permit', 'c.work']])])
    const world: World = {
      decisions: { 'a.deed': lawful, 'b.lease': missing, 'c.permit': lawful, 'c.work': lawful },
      records: { 'c.permit': one(), 'c.work': one() },
    }
    expect(plain(runPull(requestOf(), matter, world))).toEqual({
      outcomes: [['home', 'met', 'c.permit+c.work']],
      rounds: [
        { decided: ['a.deed', 'b.lease', 'c.permit', 'c.work'], read: ['a.deed'] },
        { decided: ['c.permit', 'c.work'], read: ['c.permit', 'c.work'] },
      ],
    })
  })

  test('reads nothing of a set of which one dataset is refused', () => {
    const matter = matterOf([requirement('home', [['a.deed', 'b.lease']])])
    const told = runPull(requestOf(), matter, { decisions: { 'a.deed': onConsent, 'b.lease': missing } })
    expect(plain(told)).toEqual({
      outcomes: [['home', 'refused', 'a.deed+b.lease']],
      rounds: [{ decided: ['a.deed', 'b.lease'], read: [] }],
    })
    expect(told.results.map(({ answer }) => answer.dataset)).toEqual(['b.lease'])
  })

  test('gives a set up whose second decision is to refuse, as a consent may be withdrawn between two rounds', () => {
    const matter = matterOf([requirement('home', [['a.deed'], ['b.lease'], ['c.permit']])])
    const told = runPull(requestOf(), matter, {
      decisions: { 'a.deed': lawful, 'b.lease': [lawful, refuse('CONSENT_WITHDRAWN')], 'c.permit': [lawful, lawful] },
      records: { 'c.permit': one() },
    })
    expect(plain(told)).toEqual({
      outcomes: [['home', 'met', 'c.permit']],
      rounds: [
        { decided: ['a.deed', 'b.lease', 'c.permit'], read: ['a.deed'] },
        { decided: ['b.lease'], read: [] },
        { decided: ['c.permit'], read: ['c.permit'] },
      ],
    })
  })
})

describe('a condition', () => {
  const matter = matterOf([requirement('spouse', [['a.marriage']], { when: [[{ fact: 'married', equals: true }]] })], {
    facts: [{ id: 'married', title: { zh: '已婚', en: 'Married' }, type: 'boolean' }],
  })
  const world: World = { decisions: { 'a.marriage': lawful }, records: { 'a.marriage': one() } }

  test('that does not hold leaves the requirement out: nothing is decided, nothing read', () => {
    const told = runPull(requestOf({ facts: { married: false } }), matter, world)
    expect(plain(told)).toEqual({ outcomes: [['spouse', 'not-needed', '']], rounds: [] })
  })

  test('that depends on a fact which is not stated is answered with the question, before anything is read', () => {
    const told = runPull(requestOf(), matter, world)
    expect(told.requirements).toMatchObject([
      { outcome: 'ask', question: { about: 'facts', facts: [{ id: 'married', type: 'boolean' }] } },
    ])
    expect(told.rounds).toEqual([])
  })

  test('that holds makes it a requirement like any other', () => {
    expect(plain(runPull(requestOf({ facts: { married: true } }), matter, world)).outcomes).toEqual([
      ['spouse', 'met', 'a.marriage'],
    ])
  })
})

describe('whatever the rights and the records', () => {
  const datasets = ['a.1', 'a.2', 'a.3', 'a.4']
  const set = fc.uniqueArray(fc.constantFrom(...datasets), { minLength: 1, maxLength: 3 })
  const needs = fc.array(
    fc.record({
      evidence: fc.array(set, { maxLength: 4 }),
      single: fc.boolean(),
      askWhich: fc.boolean(),
      statuses: fc.option(fc.constant<RecordStatus[]>(['cancelled']), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  const decision = fc.constantFrom<Decision>(lawful, onConsent, missing, refuse('AGREEMENT_MISSING'))
  const status = fc.constantFrom('valid' as const, 'cancelled' as const)
  const found = fc.array(status, { maxLength: 2 })
  const everything = <T>(of: fc.Arbitrary<T>) => fc.record(Object.fromEntries(datasets.map(name => [name, of])))
  const cases = fc.record({ needs, decisions: everything(decision), found: everything(found) })

  const run = ({ needs, decisions, found }: typeof cases extends fc.Arbitrary<infer C> ? C : never) => {
    const requirements = needs.map(({ evidence, statuses, ...more }, n) =>
      requirement(`r-${n}`, evidence, { ...more, ...(statuses && { statuses }) }),
    )
    const records = Object.fromEntries(
      Object.entries(found).map(([name, list]) => [
        name,
        list.map((status, n) => recordOf(`${name}-${n}`, { status })),
      ]),
    )
    return { requirements, told: runPull(requestOf(), matterOf(requirements), { decisions, records }) }
  }

  test('a pull ends, and never reads what it may not', () => {
    fc.assert(
      fc.property(cases, given => {
        const { told } = run(given)
        for (const dataset of told.rounds.flatMap(({ read }) => read)) {
          expect(given.decisions[dataset]!.decision).toBe('permit')
        }
        const read = told.rounds.flatMap(round => round.read)
        expect(new Set(read).size).toBe(read.length)
      }),
    )
  })

  test('a requirement is met exactly where some lawful set has a proof in each of its datasets', () => {
    fc.assert(
      fc.property(cases, given => {
        const { requirements, told } = run(given)
        for (const [n, { evidence, statuses = ['valid'], askWhich, single }] of requirements.entries()) {
          const lawfulSets = evidence.filter(names => names.every(name => given.decisions[name]!.decision === 'permit'))
          const proofs = (name: string) => given.found[name]!.filter(status => statuses.includes(status)).length
          const provable = lawfulSets.filter(names => names.every(name => proofs(name) > 0))
          const { outcome, reason } = told.requirements![n]!
          if (askWhich && lawfulSets.length > 1) expect(outcome).toBe('ask')
          else if (provable.length > 0) expect(outcome).toMatch(single ? /^(met|ask)$/ : /^met$/)
          else if (lawfulSets.length > 0) expect([outcome, reason]).toEqual(['not-found', 'not-found'])
          else if (evidence.length === 0) expect([outcome, reason]).toEqual(['not-found', 'no-source'])
          else expect([outcome, reason]).toEqual(['refused', expect.stringMatching(/^(no-consent|not-shared)$/)])
        }
      }),
    )
  })

  test('refusals are told the same whatever records there are', () => {
    const blind = ({ requirements, results }: ReturnType<typeof runPull>) => ({
      requirements: requirements!.filter(({ outcome }) => outcome === 'refused'),
      results: results.filter(({ answer }) => answer.decision === 'refuse').map(({ answer }) => answer),
    })
    fc.assert(
      fc.property(cases, given => {
        const empty = { ...given, found: Object.fromEntries(datasets.map(name => [name, []])) }
        expect(blind(run(given).told)).toEqual(blind(run(empty).told))
      }),
    )
  })
})
