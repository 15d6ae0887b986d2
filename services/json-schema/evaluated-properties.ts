/**
 * `unevaluatedProperties` speaks of the members that no subschema in place has spoken of. Which those are may depend on
 * the record (`anyOf`, `if`, ...); ajv 8 gets parts of that wrong, so the hub accepts the keyword only where it does not
 * depend, and reads it as `additionalProperties` over all the names and patterns collected here.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'

/** `isCertain` if the record has no say in it; `isEverything` if no member can be left. */
export type Evaluated = { names: string[]; patterns: string[]; isCertain: boolean; isEverything: boolean }

/** Keywords in place at `schema`; `resolve` follows a `$ref`. The schema's own `unevaluatedProperties` does not count. */
export function evaluatedBy(schema: Json, resolve: (ref: string) => Json, isOutermost = true): Evaluated {
  if (!isObject(schema)) return { names: [], patterns: [], isCertain: true, isEverything: false }
  const always = [...listOf(schema.allOf), ...(typeof schema.$ref === 'string' ? [resolve(schema.$ref)] : [])]
  const sometimes = sometimesIn(schema).map(sub => evaluatedBy(sub, resolve, false))
  const own: Evaluated = {
    names: Object.keys((schema.properties as JsonObject) ?? {}),
    patterns: Object.keys((schema.patternProperties as JsonObject) ?? {}),
    isCertain: sometimes.every(
      ({ names, patterns, isEverything }) => !isEverything && names.length + patterns.length === 0,
    ),
    isEverything:
      schema.additionalProperties !== undefined || (!isOutermost && schema.unevaluatedProperties !== undefined),
  }
  return [...always.map(sub => evaluatedBy(sub, resolve, false)), ...sometimes].reduce(join, own)
}

const sometimesIn = (schema: JsonObject): Json[] => [
  ...listOf(schema.anyOf),
  ...listOf(schema.oneOf),
  ...[schema.if, schema.then, schema.else].filter(sub => sub !== undefined),
  ...Object.values((schema.dependentSchemas as JsonObject) ?? {}),
]

const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])

const join = (a: Evaluated, b: Evaluated): Evaluated => ({
  names: [...a.names, ...b.names],
  patterns: [...a.patterns, ...b.patterns],
  isCertain: a.isCertain && b.isCertain,
  isEverything: a.isEverything || b.isEverything,
})

/** The schema that `unevaluatedProperties` stands for. */
export function asAdditional(schema: JsonObject, resolve: (ref: string) => Json): JsonObject | boolean {
  const { names, patterns, isEverything } = evaluatedBy(schema, resolve)
  if (isEverything) return true
  const allowAll = (keys: string[]) => Object.fromEntries(keys.map(key => [key, true]))
  return {
    properties: allowAll(names),
    patternProperties: allowAll(patterns),
    additionalProperties: schema.unevaluatedProperties!,
  }
}
