/**
 * When a requirement applies (适用情形): a closed language without names, functions or nesting. A condition is a list of
 * cases, of which one must hold (OR); a case is a list of tests, which all must hold (AND): the shape that evidence has
 * too. "If married, or if the seller is a minor":
 *
 *     "when": [[{ "fact": "marital-status", "equals": "married" }], [{ "ageBelow": 18 }]]
 *
 * A test looks at a fact that the pull states, at the type of the subject, or at the age that a person's id tells; where it tells
 * none (a passport), the pull is asked for the fact `age`, which every condition on the age has. It never
 * looks at another dataset: that would be an access of its own, in need of a legal basis, and "no record found" is no
 * proof of the contrary. A fact that is not stated leaves a test unclear, and the pull is answered with the question.
 */

import Type, { type Static } from 'typebox'
import { cityDayOf } from '../../../contract/city-time.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { birthDateIn } from '../../../contract/formats/person-id.ts'
import { closed } from '../../../contract/shapes.ts'
import type { Subject } from '../../../contract/subject.ts'
import { ageFact, expected, type Fact, fits, type Stated } from './fact.ts'

const fact = Type.String({ maxLength: 61 })
const value = Type.Union([Type.Boolean(), Type.Number(), Type.String({ maxLength: 61 })])
const age = Type.Integer({ minimum: 1, maximum: 150, description: 'Full years, on the day of the pull' })

const testSchema = Type.Union([
  Type.Object({ fact, equals: value }, closed),
  Type.Object({ fact, oneOf: Type.Array(value, { minItems: 1, maxItems: 20 }) }, closed),
  Type.Object({ fact, atLeast: Type.Number() }, closed),
  Type.Object({ fact, atMost: Type.Number() }, closed),
  Type.Object({ subject: Type.Enum(['person', 'organisation']) }, closed),
  Type.Object({ ageBelow: age }, closed),
  Type.Object({ ageFrom: age }, closed),
])
export const conditionSchema = Type.Array(Type.Array(testSchema, { minItems: 1, maxItems: 10 }), {
  minItems: 1,
  maxItems: 10,
})
export type Test = Static<typeof testSchema>
type AgeTest = Extract<Test, { ageBelow: number } | { ageFrom: number }>
export type Condition = Static<typeof conditionSchema>

/** A pull as far as conditions see it. */
type Circumstances = { subject: Subject; facts: Stated; now: Date }

/** `unclear` names the facts on which it still depends. */
type Applies = { applies: boolean } | { unclear: string[] }

export function appliesTo(condition: Condition | undefined, circumstances: Circumstances): Applies {
  if (!condition) return { applies: true }
  const unclear = new Set<string>()
  for (const tests of condition) {
    const outcomes = tests.map(test => outcomeOf(test, circumstances))
    if (outcomes.includes(false)) continue
    const open = outcomes.filter(outcome => typeof outcome === 'string')
    if (open.length === 0) return { applies: true }
    for (const id of open) unclear.add(id)
  }
  return unclear.size > 0 ? { unclear: [...unclear] } : { applies: false }
}

/** Whether a test holds, or the fact it waits for. */
function outcomeOf(test: Test, { subject, facts, now }: Circumstances): boolean | string {
  if ('subject' in test) return subject.type === test.subject
  if ('ageBelow' in test || 'ageFrom' in test) return outcomeOfAge(test, { subject, facts, now })
  const stated = Object.hasOwn(facts, test.fact) ? facts[test.fact] : undefined
  if (stated === undefined) return test.fact
  if ('equals' in test) return stated === test.equals
  if ('oneOf' in test) return test.oneOf.includes(stated)
  if (typeof stated !== 'number') return false
  return 'atLeast' in test ? stated >= test.atLeast : stated <= test.atMost
}

function outcomeOfAge(test: AgeTest, { subject, facts, now }: Circumstances): boolean | string {
  if (subject.type !== 'person') return false
  const born = birthDateIn(subject.id)
  const age = born === undefined ? facts[ageFact.id] : ageOn(born, now)
  if (typeof age !== 'number') return ageFact.id
  return 'ageBelow' in test ? age < test.ageBelow : age >= test.ageFrom
}

/** Full years on the city's calendar. Who was born on 29 February is a year older on 1 March. */
function ageOn(born: string, now: Date): number {
  const today = cityDayOf(now)
  const years = Number(today.slice(0, 4)) - Number(born.slice(0, 4))
  return today.slice(5) < born.slice(5) ? years - 1 : years
}

const asksAge = (condition: Condition | undefined) =>
  condition?.some(tests => tests.some(test => 'ageBelow' in test || 'ageFrom' in test)) ?? false

/** Facts that a pull for these requirements may state: the facts of the matter, and the age where a condition is about it. */
export const factsOf = ({ facts = [], requirements }: Stating): readonly Fact[] =>
  requirements.some(({ when }) => asksAge(when)) && !facts.some(({ id }) => id === ageFact.id)
    ? [...facts, ageFact]
    : facts
type Stating = { facts?: Fact[]; requirements: readonly { when?: Condition }[] }

/** Every fact must be the matter's own, every comparison one that its type can meet. */
export function checkCondition(condition: Condition, facts: readonly Fact[], place: string): Failure | undefined {
  for (const [n, tests] of condition.entries()) {
    for (const [m, test] of tests.entries()) {
      const wrong = 'fact' in test ? mistakeIn(test, facts) : undefined
      if (wrong) return failure('BODY_INVALID', { pointer: `${place}/${n}/${m}/${wrong.member}`, ...wrong.words })
    }
  }
  return undefined
}

function mistakeIn(test: Extract<Test, { fact: string }>, facts: readonly Fact[]) {
  const known = facts.find(({ id }) => id === test.fact)
  if (!known)
    return {
      member: 'fact',
      words: inWords('Declare it among the facts of the matter.', '请先在事项的情形中声明。'),
    }
  const member = Object.keys(test).find(name => name !== 'fact')!
  const compared = 'equals' in test ? [test.equals] : 'oneOf' in test ? test.oneOf : [0]
  if (compared.every(one => fits(known, one))) return undefined
  const { en, zh } = expected(known)
  return { member, words: inWords(`The fact ${known.id} is ${en}.`, `情形 ${known.id} 应为${zh}。`) }
}
