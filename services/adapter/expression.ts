/** Fields made by JSONata. The expressions are the department's own, from its config; the rows they read are not trusted. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { damageIn } from '../contract/damaged-text.ts'
import { formatPointer } from '../contract/json-pointer.ts'
import type { Rule } from './config-schema.ts'
import { compileExpression, hasLongNumber } from './expression-numbers.ts'
import type { Problem } from './report.ts'
import type { PlaceOf } from './schema-places.ts'
import { registerStrictToMillis } from './strict-to-millis.ts'

type Computed = { pointer: string; tokens: string[]; rule: Rule }

/** Adds the computed fields to the record; problems name those that could not be computed. */
export type EvaluateExpressions = (record: JsonObject, row: readonly string[]) => Promise<Problem[]>

export function compileExpressions(
  computed: Computed[],
  header: readonly string[],
  placeOf: PlaceOf,
): EvaluateExpressions {
  const fields = computed.map(({ pointer, tokens, rule }) => {
    const expression = compileExpression(rule.expression!)
    registerStrictToMillis(expression)
    return { pointer, tokens, expression }
  })
  return async (record, row) => {
    const cells = Object.fromEntries(header.map((name, index) => [name, row[index]!.trim()]))
    const problems: Problem[] = []
    for (const { pointer, tokens, expression } of fields) {
      try {
        const computedValue = plainJson(await expression.evaluate(cells))
        if (computedValue !== undefined && hasLongNumber(computedValue)) {
          problems.push({ pointer, ...tooLong })
          continue
        }
        const value = fitted(computedValue, tokens, placeOf, problems)
        if (value !== undefined) place(record, tokens, value)
      } catch (error) {
        problems.push({ pointer, keyword: 'expression', message: `cannot be computed (${codeOf(error)})` })
      }
    }
    return problems
  }
}

const tooLong = { keyword: 'expression', message: 'has a number of more than 15 digits; use $round or $string' }

/** JSONata's lists carry marks of their own and may be functions inside; only JSON goes on. */
const plainJson = (value: unknown): Json | undefined => {
  const text = JSON.stringify(value)
  return text === undefined ? undefined : JSON.parse(text)
}

/**
 * As a column's cell is treated: what is empty is left out, damaged text is a problem. JSONata makes a list of one item that
 * item; where only a list fits, it is a list again.
 */
function fitted(value: Json | undefined, tokens: string[], placeOf: PlaceOf, problems: Problem[]): Json | undefined {
  if (value === undefined || value === '') return undefined
  const place = placeOf(tokens)
  if (place.known && place.isList && value !== null && !Array.isArray(value)) {
    return fitted([value], tokens, placeOf, problems)
  }
  if (typeof value === 'string') {
    const damage = damageIn(value)
    if (damage) problems.push({ pointer: formatPointer(tokens), keyword: 'text', message: damage.en, zh: damage.zh })
    return value
  }
  if (Array.isArray(value)) {
    const items = value.map(item => fitted(item, [...tokens, '*'], placeOf, problems))
    const present = items.filter(item => item !== undefined)
    return present.length > 0 || value.length === 0 ? present : undefined
  }
  if (typeof value !== 'object' || value === null) return value
  const members = Object.entries(value).map(([name, member]) => {
    const fit = fitted(member, [...tokens, name], placeOf, problems)
    return [name, fit] as const
  })
  const present = members.filter(([, member]) => member !== undefined)
  return present.length > 0 || members.length === 0 ? (Object.fromEntries(present) as JsonObject) : undefined
}

/** JSONata's messages repeat the values they stumbled on, its codes do not. */
const codeOf = (error: unknown) => String((error as { code?: unknown } | null)?.code ?? 'error')

function place(record: JsonObject, tokens: string[], value: Json): void {
  let object = record
  for (const token of tokens.slice(0, -1)) {
    object[token] ??= {}
    object = object[token] as JsonObject
  }
  object[tokens.at(-1)!] = value
}
