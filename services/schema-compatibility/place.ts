/** A schema's statements about one place in a record, all parts together: which members it names there, and of what it speaks. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { compilePattern } from '../json-schema/pattern.ts'

export type Place = {
  /** Members that are written by name anywhere: listed, demanded, depended upon, in a constant. */
  names: string[]
  patterns: string[]
  /** Something is said of members by whatever name, so that none of them is a member nobody spoke of. */
  isMap: boolean
  saidOf: (name: string) => Json[]
  /** The schemas for members by pattern, and by whatever name. */
  others: Json[]
  /** Schemas of the items at the first positions, and of the rest. */
  prefixes: Json[][]
  items: Json[]
}

export function readPlace(schemas: Json[], resolve: (ref: string) => Json): Place {
  const rules = inPlace(schemas, resolve)
  const prefixLength = Math.max(0, ...rules.map(({ prefixItems }) => listOf(prefixItems).length))
  const contained = rules.flatMap(({ contains }) => present(contains))
  const itemsAt = (at: number) => [
    ...rules.flatMap(({ prefixItems, items }) => present(listOf(prefixItems)[at] ?? items)),
    ...contained,
  ]
  const others = rules.flatMap(one => [...Object.values(mapOf(one.patternProperties)), ...restOf(one)])
  return {
    names: [...new Set(rules.flatMap(namesIn))],
    patterns: [...new Set(rules.flatMap(({ patternProperties }) => Object.keys(mapOf(patternProperties))))],
    isMap: rules.some(one => restOf(one).some(saysSomething)),
    saidOf: name => rules.flatMap(one => saidBy(one, name)),
    others: [...new Set(others)].filter(isObject),
    prefixes: Array.from({ length: prefixLength }, (_, at) => itemsAt(at)),
    items: itemsAt(Number.POSITIVE_INFINITY),
  }
}

/** The schemas and all that stands in place with them: references, choices, conditions. Booleans say nothing of members. */
function inPlace(schemas: Json[], resolve: (ref: string) => Json): JsonObject[] {
  const found = new Set<JsonObject>()
  const open = [...schemas]
  for (let schema = open.pop(); schema !== undefined; schema = open.pop()) {
    if (!isObject(schema) || found.has(schema)) continue
    found.add(schema)
    open.push(...[schema.allOf, schema.anyOf, schema.oneOf].flatMap(listOf))
    open.push(...[schema.not, schema.if, schema.then, schema.else].flatMap(present))
    open.push(...Object.values(mapOf(schema.dependentSchemas)))
    if (typeof schema.$ref === 'string') open.push(resolve(schema.$ref))
  }
  return [...found]
}

function namesIn(rules: JsonObject): string[] {
  const dependent = Object.entries(mapOf(rules.dependentRequired)).flat(2) as string[]
  const constants = [...listOf(rules.enum), ...present(rules.const)].filter(isObject)
  return [
    ...Object.keys(mapOf(rules.properties)),
    ...(listOf(rules.required) as string[]),
    ...dependent,
    ...Object.keys(mapOf(rules.dependentSchemas)),
    ...constants.flatMap(Object.keys),
    ...textsIn(rules.propertyNames),
  ]
}

/** The names that `propertyNames` lists. */
function textsIn(schema: Json | undefined): string[] {
  if (!isObject(schema)) return []
  return [...listOf(schema.enum), ...present(schema.const)].filter(one => typeof one === 'string')
}

/** A schema's statements about a member: by its name and by patterns, else those about all others. */
function saidBy(rules: JsonObject, name: string): Json[] {
  const properties = mapOf(rules.properties)
  const named = Object.hasOwn(properties, name) ? [properties[name]!] : []
  const matched = Object.entries(mapOf(rules.patternProperties)).filter(([key]) => compilePattern(key).test(name))
  const own = [...named, ...matched.map(([, schema]) => schema)]
  return own.length > 0 ? own : restOf(rules)
}

const restOf = ({ additionalProperties, unevaluatedProperties }: JsonObject): Json[] =>
  [additionalProperties, unevaluatedProperties].flatMap(present)

const saysSomething = (schema: Json) => isObject(schema) && Object.keys(schema).length > 0

const present = (value: Json | undefined): Json[] => (value === undefined ? [] : [value])
const listOf = (value: Json | undefined): Json[] => (Array.isArray(value) ? value : [])
const mapOf = (value: Json | undefined): JsonObject => (isObject(value) ? value : {})
