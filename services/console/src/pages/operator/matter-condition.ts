/** When a requirement applies, as a sentence: cases, of which one must hold, each of tests, which all must hold. */
import type { Schemas } from '../../hub.ts'
import { say } from '../../i18n.ts'

export type Matter = Schemas['Matter']
type Condition = NonNullable<Matter['requirements'][number]['when']>
type Test = Condition[number][number]
/** Words of the page: `and`, `or`, and what a test without a fact looks at. */
export type ConditionWords = { and: string; or: string; age: string; subject: (type: string) => string }

export const conditionText = (condition: Condition, facts: Matter['facts'], words: ConditionWords): string =>
  condition
    .map(tests => tests.map(test => testText(test, facts ?? [], words)).join(` ${words.and} `))
    .join(` ${words.or} `)

function testText(test: Test, facts: NonNullable<Matter['facts']>, words: ConditionWords): string {
  if ('subject' in test) return words.subject(test.subject)
  if ('ageBelow' in test) return `${words.age} < ${test.ageBelow}`
  if ('ageFrom' in test) return `${words.age} ≥ ${test.ageFrom}`
  const fact = facts.find(({ id }) => id === test.fact)
  const name = fact ? say(fact.title) : test.fact
  const valueText = (value: boolean | number | string) => {
    const choice = fact?.choices?.find(({ id }) => id === value)
    return choice ? say(choice.title) : String(value)
  }
  if ('equals' in test) return `${name} = ${valueText(test.equals)}`
  if ('oneOf' in test) return `${name}: ${test.oneOf.map(valueText).join(` ${words.or} `)}`
  return 'atLeast' in test ? `${name} ≥ ${test.atLeast}` : `${name} ≤ ${test.atMost}`
}
