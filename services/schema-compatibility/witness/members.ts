/** The schemas of an object on the member with a given name, and which names are alike to them. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { evaluatedBy } from '../../json-schema/evaluated-properties.ts'
import { accepts, isNamed, matches } from '../accepts.ts'
import type { Located } from '../document.ts'
import type { Facts } from './facts.ts'
import { type Goal, isFound, must, mustNot, plain, type Solve } from './goal.ts'

/** Everything that all rules say of the member `name`. */
export function goalOfMember({ rules }: Facts, name: string): Goal {
  return rules.flatMap(({ rules: schema, document }) => {
    const goal: Goal = []
    const named = schema.properties as JsonObject | undefined
    if (named && Object.hasOwn(named, name)) goal.push(must(named[name]!, document))
    for (const [pattern, sub] of Object.entries((schema.patternProperties as JsonObject) ?? {})) {
      if (matches(pattern, name)) goal.push(must(sub, document))
    }
    if (schema.additionalProperties !== undefined && !isNamed(schema, name))
      goal.push(must(schema.additionalProperties, document))
    if (schema.unevaluatedProperties !== undefined && isLeft(schema, document, name)) {
      goal.push(must(schema.unevaluatedProperties, document))
    }
    return goal
  })
}

function isLeft(schema: JsonObject, document: Located['document'], name: string): boolean {
  const { names, patterns, isEverything } = evaluatedBy(schema, document.resolve)
  return !isEverything && !names.includes(name) && !patterns.some(pattern => matches(pattern, name))
}

/** Schemas that every name must meet. */
const namesMeet = ({ rules }: Facts): Located[] =>
  rules.flatMap(({ rules: schema, document }) =>
    schema.propertyNames === undefined ? [] : [{ schema: schema.propertyNames, document }],
  )

export const isAllowedName = (facts: Facts, name: string) => namesMeet(facts).every(located => accepts(located, name))

/** Names that some rule writes out. */
export function writtenNames({ rules, exhibits }: Facts): string[] {
  const written = rules.flatMap(({ rules: schema, document }) => [
    ...Object.keys((schema.properties as JsonObject) ?? {}),
    ...((schema.required as string[]) ?? []),
    ...(schema.unevaluatedProperties === undefined ? [] : evaluatedBy(schema, document.resolve).names),
  ])
  const shown = exhibits.flatMap(exhibit => (exhibit.show === 'memberOutside' ? exhibit.names : []))
  return [...new Set([...written, ...shown])]
}

const patternsIn = ({ rules, exhibits }: Facts): string[] => {
  const ruled = rules.flatMap(({ rules: schema, document }) => [
    ...Object.keys((schema.patternProperties as JsonObject) ?? {}),
    ...(schema.unevaluatedProperties === undefined ? [] : evaluatedBy(schema, document.resolve).patterns),
  ])
  const shown = exhibits.flatMap(exhibit =>
    exhibit.show === 'memberMatching' ? [exhibit.pattern] : exhibit.show === 'memberOutside' ? exhibit.patterns : [],
  )
  return [...new Set([...ruled, ...shown])]
}

/** At most 2 to this power classes of names are told apart. */
const mostPatterns = 6

/**
 * One name for each class of names that no rule writes out: names that the same patterns match are alike. `isAll` is
 * false where a class could not be searched.
 */
export function freshNames(facts: Facts, solve: Solve, wanted: Goal = []): { names: string[]; isAll: boolean } {
  const patterns = patternsIn(facts)
  const split = patterns.slice(0, mostPatterns)
  const taken = writtenNames(facts)
  const base: Goal = [
    must({ type: 'string' }, plain),
    ...(taken.length > 0 ? [mustNot({ enum: taken }, plain)] : []),
    ...namesMeet(facts).map(({ schema, document }) => must(schema, document)),
    ...wanted,
  ]
  const names: string[] = []
  let isAll = patterns.length === split.length
  for (let signs = 0; signs < 2 ** split.length; signs += 1) {
    const signed = split.map((pattern, at) => (signs & (1 << at) ? must : mustNot)({ pattern }, plain))
    const outcome = solve([...base, ...signed])
    if (isFound(outcome)) names.push(outcome.value as string)
    else if (outcome === 'unknown') isAll = false
  }
  return { names, isAll }
}
