import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import {
  appliesTo,
  type Condition,
  factsOf,
  type Test,
} from '../../../../../services/exchange/law/catalogue/condition.ts'
import { checkFacts, type Stated } from '../../../../../services/exchange/law/catalogue/fact.ts'
import { checkMatter } from '../../../../../services/exchange/law/catalogue/matter.ts'
import { alice } from '../../../../support/city-department.ts'
import { both, matterOf, now, requirement } from '../../../../support/pull-cases.ts'

const person = { type: 'person', id: alice } as const
const firm = { type: 'organisation', id: '91310115MA1K00001X' } as const
const applies = (condition: Condition, facts: Stated = {}, subject: typeof person | typeof firm = person, at = now) =>
  appliesTo(condition, { subject, facts, now: at })

describe('a test', () => {
  test.each<[name: string, test: Test, facts: Stated, outcome: boolean]>([
    ['equal', { fact: 'x', equals: 'married' }, { x: 'married' }, true],
    ['unequal', { fact: 'x', equals: 'married' }, { x: 'single' }, false],
    ['equal but of another type', { fact: 'x', equals: true }, { x: 'true' }, false],
    ['one of several', { fact: 'x', oneOf: ['a', 'b'] }, { x: 'b' }, true],
    ['none of several', { fact: 'x', oneOf: ['a', 'b'] }, { x: 'c' }, false],
    ['at least, on the border', { fact: 'x', atLeast: 2 }, { x: 2 }, true],
    ['less than at least', { fact: 'x', atLeast: 2 }, { x: 1.99 }, false],
    ['at most, on the border', { fact: 'x', atMost: 2 }, { x: 2 }, true],
    ['more than at most', { fact: 'x', atMost: 2 }, { x: 2.01 }, false],
    ['a person', { subject: 'person' }, {}, true],
    ['no organisation', { subject: 'organisation' }, {}, false],
  ])('%s', (_, one, facts, outcome) => expect(applies([[one]], facts)).toEqual({ applies: outcome }))

  test('of age counts full years on the city’s calendar', () => {
    // Born on 1949-12-31.
    const at = (instant: string, test: Test) => applies([[test]], {}, person, new Date(instant))
    expect(at('1967-12-30T15:59:59Z', { ageBelow: 18 })).toEqual({ applies: true })
    expect(at('1967-12-30T16:00:00Z', { ageBelow: 18 })).toEqual({ applies: false })
    expect(at('1967-12-30T16:00:00Z', { ageFrom: 18 })).toEqual({ applies: true })
  })

  test('of age never holds for an organisation', () => {
    expect(applies([[{ ageBelow: 18 }]], {}, firm)).toEqual({ applies: false })
    expect(applies([[{ ageFrom: 18 }]], {}, firm)).toEqual({ applies: false })
  })

  test('of age asks for the age where the id tells none, and takes what is stated', () => {
    const traveller = { type: 'person', id: 'passport:DEU:C01X00T47' } as const
    const at = (test: Test, facts: Stated = {}) => appliesTo([[test]], { subject: traveller, facts, now })
    expect(at({ ageBelow: 18 })).toEqual({ unclear: ['age'] })
    expect(at({ ageFrom: 18 })).toEqual({ unclear: ['age'] })
    expect(at({ ageBelow: 18 }, { age: 17 })).toEqual({ applies: true })
    expect(at({ ageBelow: 18 }, { age: 18 })).toEqual({ applies: false })
    expect(at({ ageFrom: 18 }, { age: 18 })).toEqual({ applies: true })
    const card = { type: 'person', id: 'permanent-residence:USA310185060112' } as const
    expect(appliesTo([[{ ageBelow: 18 }]], { subject: card, facts: { age: 5 }, now })).toEqual({ applies: false })
  })

  test('of age may be answered in every matter that has one, and in no other', () => {
    const asking = [{ when: [[{ ageBelow: 18 }]] }]
    expect(factsOf({ requirements: asking }).map(({ id }) => id)).toEqual(['age'])
    expect(factsOf({ requirements: [{}] })).toEqual([])
    expect(checkFacts([{ id: 'age', title: both('Age'), type: 'boolean' }])).toMatchObject({ pointer: '/facts/0/type' })
  })

  test('of a fact that is not stated is unclear, and a name of JavaScript’s own is no fact', () => {
    expect(applies([[{ fact: 'constructor', equals: 'x' }]])).toEqual({ unclear: ['constructor'] })
  })
})

test('no condition always applies', () =>
  expect(appliesTo(undefined, { subject: person, facts: {}, now })).toEqual({ applies: true }))

test('what is not stated is only asked for where it matters', () => {
  const married: Test = { fact: 'married', equals: true }
  const old: Test = { ageFrom: 60 }
  expect(applies([[married], [old]])).toEqual({ applies: true })
  expect(applies([[married, { subject: 'organisation' }]])).toEqual({ applies: false })
  expect(applies([[married, old], [{ fact: 'alone', equals: true }]])).toEqual({ unclear: ['married', 'alone'] })
})

test('stating more never turns a clear answer into another', () => {
  const names = ['x', 'y', 'z']
  const one = fc.constantFrom(...names).map((fact): Test => ({ fact, equals: true }))
  const condition = fc.array(fc.array(one, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 3 })
  const facts = fc.record({ x: fc.boolean(), y: fc.boolean(), z: fc.boolean() })
  fc.assert(
    fc.property(condition, facts, fc.subarray(names), (given, all, known) => {
      const part = Object.fromEntries(Object.entries(all).filter(([name]) => known.includes(name)))
      const early = applies(given, part)
      const holds = given.some(tests => tests.every(test => 'fact' in test && all[test.fact as 'x']))
      expect(applies(given, all)).toEqual({ applies: holds })
      if ('applies' in early) expect(early).toEqual({ applies: holds })
      else for (const fact of early.unclear) expect(known).not.toContain(fact)
    }),
  )
})

describe('a matter is refused', () => {
  const facts = [
    { id: 'married', title: both('Married'), type: 'boolean' as const },
    {
      id: 'use',
      title: both('Use'),
      type: 'choice' as const,
      choices: ['a', 'b'].map(id => ({ id, title: both(id) })),
    },
    { id: 'floor', title: both('Floor'), type: 'number' as const },
  ]
  const check = (when: Condition, more = {}) =>
    checkMatter(matterOf([requirement('r', [['a.permit']], { when })], { facts, ...more }), id => id === 'a.permit')

  test.each<[pointer: string, test: Test]>([
    ['fact', { fact: 'rich', equals: true }],
    ['equals', { fact: 'married', equals: 'yes' }],
    ['equals', { fact: 'use', equals: 'c' }],
    ['oneOf', { fact: 'use', oneOf: ['a', 'c'] }],
    ['atLeast', { fact: 'use', atLeast: 1 }],
    ['atMost', { fact: 'married', atMost: 1 }],
  ])('at %s of a test that no fact can meet: %j', (member, test) => {
    const pointer = `/requirements/0/when/1/0/${member}`
    expect(check([[{ subject: 'person' }], [test]])).toMatchObject({ failure: 'BODY_INVALID', pointer })
  })

  test('for facts that contradict themselves', () => {
    const fact = (more: object) => ({ facts: [{ id: 'x', title: both('x'), type: 'choice', ...more }] })
    const when: Condition = [[{ subject: 'person' }]]
    expect(check(when, fact({}))).toMatchObject({ pointer: '/facts/0/choices' })
    expect(check(when, fact({ type: 'number', choices: facts[1]!.choices }))).toMatchObject({
      pointer: '/facts/0/choices',
    })
    expect(check(when, { facts: [facts[0], facts[0]] })).toMatchObject({ pointer: '/facts/1/id' })
  })

  test('for datasets that nobody registered, and for an id used twice', () => {
    const unknown = matterOf([requirement('r', [['a.permit'], ['a.nothing']])])
    expect(checkMatter(unknown, id => id === 'a.permit')).toMatchObject({
      failure: 'DATASET_UNKNOWN',
      pointer: '/requirements/0/evidence',
    })
    const twice = matterOf([requirement('r', []), requirement('r', [])])
    expect(checkMatter(twice, () => true)).toMatchObject({ pointer: '/requirements/1/id' })
  })
})
