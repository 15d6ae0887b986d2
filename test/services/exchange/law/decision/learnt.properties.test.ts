/**
 * Holds: claims (核验) must not read a field. 16 of them gave a date of birth, 30 an amount to the cent, among the 50 that one day
 * allowed. Here a guesser tries whatever order of halving, splitting, enumerating and repeating it likes.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { type Claim, holds } from '../../../../../services/exchange/law/decision/claim.ts'
import {
  bitsOf,
  type Learnt,
  learn,
  learntBitsMax,
  learntDays,
} from '../../../../../services/exchange/law/decision/learnt.ts'

const field = '/amount'
const dataset = 'taxation.income'
const dayOf = (n: number) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10)
const daysAt = (n: number) => ({ day: dayOf(n), since: dayOf(n - learntDays + 1) })

/** A guesser's next step: what it does with the values that are still possible, so many days later. */
type Move = { way: 'halve' | 'split' | 'enumerate' | 'again' | 'present' | 'both-sides'; pick: number; later: number }
const moves = fc.array(
  fc.record<Move>({
    way: fc.constantFrom('halve', 'split', 'enumerate', 'again', 'present', 'both-sides'),
    pick: fc.nat(10_000),
    later: fc.nat(2),
  }),
  { minLength: 1, maxLength: 40 },
)

function claimsOf({ way, pick }: Move, possible: readonly number[], before: readonly Claim[]): Claim[] {
  const at = (n: number) => possible[n % possible.length]!
  const middle = at(possible.length >> 1)
  switch (way) {
    case 'halve':
      return [{ field, atLeast: middle }]
    case 'both-sides':
      return [
        { field, atLeast: middle },
        { field, atMost: at(pick) },
      ]
    case 'split':
      return [{ field, oneOf: Array.from({ length: 1 + (pick % 10) }, (_, n) => at(pick + n * 7)) }]
    case 'enumerate':
      return [{ field, equals: at(pick) }]
    case 'present':
      return [{ field, present: true }]
    case 'again':
      return before.length > 0 ? [before[pick % before.length]!] : []
  }
}

type Guessing = { possible: readonly number[]; learnt: readonly Learnt[]; asked: readonly Claim[]; day: number }

/** How many cases a guesser can tell apart in the end, who goes on with this plan whatever it is told. */
function casesOf([move, ...plan]: readonly Move[], guessing: Guessing): number {
  if (!move || guessing.possible.length <= 1) return 1
  const day = Math.min(guessing.day + move.later, learntDays - 1)
  const claims = claimsOf(move, guessing.possible, guessing.asked)
  const asked = claims.map(claim => ({ dataset, claim }))
  const learnt = learn(guessing.learnt, asked, daysAt(day))
  if (!learnt) return casesOf(plan, { ...guessing, day })
  const told = (value: number) => claims.map(claim => holds(claim, { amount: value })).join(' ')
  return [...Map.groupBy(guessing.possible, told).values()]
    .map(possible => casesOf(plan, { possible, learnt, asked: [...guessing.asked, ...claims], day }))
    .reduce((sum, cases) => sum + cases, 0)
}

describe('a guesser', () => {
  test('tells no more than 256 cases apart within 90 days, whatever it asks', () => {
    const values = Array.from({ length: 1_500 }, (_, n) => n * 37)
    const nothing = { possible: values, learnt: [], asked: [], day: 0 }
    fc.assert(
      fc.property(moves, plan => {
        expect(casesOf(plan, nothing)).toBeLessThanOrEqual(2 ** learntBitsMax)
      }),
    )
    // Else the bound would hold because nothing is ever answered.
    const halving = Array.from({ length: 30 }, (): Move => ({ way: 'halve', pick: 0, later: 1 }))
    expect(casesOf(halving, nothing)).toBe(2 ** learntBitsMax)
  })

  test('is answered claims of 8 bits at most in any 90 days, and as much again once they are over', () => {
    const claim = fc.oneof(
      fc.record({ field: fc.constant(field), atLeast: fc.nat(30) }),
      fc.record({ field: fc.constant(field), equals: fc.nat(30) }),
      fc.record({ field: fc.constant(field), oneOf: fc.array(fc.nat(30), { minLength: 1, maxLength: 10 }) }),
    )
    const asks = fc.array(fc.tuple(fc.nat(12), claim), { minLength: 40, maxLength: 120 })
    fc.assert(
      fc.property(asks, list => {
        let learnt: readonly Learnt[] = []
        let day = 0
        const answered: { day: number; text: string; bits: number }[] = []
        for (const [later, claim] of list) {
          day += later
          const next = learn(learnt, [{ dataset, claim }], daysAt(day))
          if (!next) continue
          learnt = next
          // An equality is one choice, in whatever words.
          const choices = 'equals' in claim ? [claim.equals] : 'oneOf' in claim ? claim.oneOf : undefined
          const same = choices ? [...new Set(choices)].sort((a, b) => a - b) : claim
          answered.push({ day, text: JSON.stringify(same), bits: bitsOf(claim) })
        }
        for (const { day: first } of answered) {
          const within = answered.filter(one => one.day >= first && one.day < first + learntDays)
          const different = new Map(within.map(one => [one.text, one.bits]))
          const sum = [...different.values()].reduce((all, bits) => all + bits, 0)
          expect(sum).toBeLessThanOrEqual(learntBitsMax + 1e-6)
        }
      }),
    )
  })
})

describe('what is learnt', () => {
  const ask = (known: readonly Learnt[], claim: Claim, more: { dataset?: string; page?: string } = {}) =>
    learn(known, [{ dataset, claim, ...more }], daysAt(0))
  const full = Array.from({ length: 8 }, (_, n): Claim => ({ field, atLeast: n })).reduce<readonly Learnt[]>(
    (known, claim) => ask(known, claim)!,
    [],
  )

  test.each<[string, Claim, number]>([
    ['an equality', { field, equals: 1 }, 1],
    ['a comparison', { field, onOrAfter: '2026-01-01' }, 1],
    ['that it is there', { field, present: true }, 1],
    ['one choice', { field, oneOf: [1] }, 1],
    ['three choices', { field, oneOf: [1, 2, 3] }, 2],
    ['three choices, some twice', { field, oneOf: [1, 2, 3, 3, 2] }, 2],
  ])('%s counts as it parts the possible values', (_, claim, bits) => {
    expect(bitsOf(claim)).toBe(bits)
  })

  test('the same claim again is answered when nothing else is, in whatever words', () => {
    expect(ask(full, { field, atLeast: 9 })).toBeUndefined()
    expect(ask(full, { field, atLeast: 3 })).toHaveLength(8)
    const choices = ask([], { field, oneOf: ['a', 'b'] })!
    expect(ask(choices, { field, oneOf: ['b', 'a', 'b'] })).toHaveLength(1)
    expect(ask(ask([], { field, equals: 'a' })!, { field, oneOf: ['a'] })).toHaveLength(1)
  })

  test('another page holds other values, so that the same claim counts again', () => {
    expect(ask(full, { field, atLeast: 3 }, { page: '[1,"P-1"]' })).toBeUndefined()
  })

  test('another field, and the field of another dataset, have bits of their own', () => {
    expect(ask(full, { field: '/name', equals: 'a' })).toHaveLength(9)
    expect(ask(full, { field, atLeast: 9 }, { dataset: 'taxation.other' })).toHaveLength(9)
  })

  test('of one pull all claims count together, and none is answered where they are too many', () => {
    const claims = Array.from({ length: 9 }, (_, n): Claim => ({ field, atLeast: n }))
    expect(
      learn(
        [],
        claims.map(claim => ({ dataset, claim })),
        daysAt(0),
      ),
    ).toBeUndefined()
  })
})
