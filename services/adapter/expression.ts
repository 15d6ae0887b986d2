/** Fields made by JSONata. The expressions are the department's own, from its config; the rows they read are not trusted. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import type { Violation } from '../contract/failure.ts'
import type { Rule } from './config-schema.ts'
import { compileExpression, hasLongNumber } from './expression-numbers.ts'

type Computed = { pointer: string; tokens: string[]; rule: Rule }

/** Adds the computed fields to the record; violations name those that could not be computed. */
export type EvaluateExpressions = (record: JsonObject, row: readonly string[]) => Promise<Violation[]>

export function compileExpressions(computed: Computed[], header: readonly string[]): EvaluateExpressions {
  const fields = computed.map(({ pointer, tokens, rule }) => ({
    pointer,
    tokens,
    expression: compileExpression(rule.expression!),
  }))
  return async (record, row) => {
    const cells = Object.fromEntries(header.map((name, index) => [name, row[index]!.trim()]))
    const problems: Violation[] = []
    for (const { pointer, tokens, expression } of fields) {
      try {
        const value = plainJson(await expression.evaluate(cells))
        if (value !== undefined && hasLongNumber(value)) problems.push({ pointer, ...tooLong })
        else if (value !== undefined) place(record, tokens, value)
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
