/** Questions to a schema about a place of the record: whether it names the place, and whether only a list fits there. Pure. */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { formatPointer } from '../contract/json-pointer.ts'
import { compilePattern } from '../json-schema/pattern.ts'
import { resolverOf } from '../json-schema/schema-graph.ts'

/** `names`: what the schema has instead where it does not know the place. */
type Place = { known: true; isList: boolean } | { known: false; names: string[] }
export type PlaceOf = (tokens: readonly string[]) => Place

/** `*` and whole numbers are items of a list. Where a schema leaves an object open without naming any member, all are known. */
export function placesOf(root: JsonObject): PlaceOf {
  const resolve = resolverOf(root)
  const known = new Map<string, Place>()
  const find = (tokens: readonly string[]): Place => {
    let here = inPlace([root], resolve)
    for (const token of tokens) {
      const next = here.flatMap(schema => stepInto(schema, token))
      if (next.length === 0)
        return isFree(here) ? { known: true, isList: false } : { known: false, names: namesOf(here) }
      here = inPlace(next, resolve)
    }
    const types = here.flatMap(({ type }) => (type === undefined ? [] : [[type].flat()]))
    const isList = types.some(of => of.includes('array')) && types.every(of => of.every(isArrayOrNull))
    return { known: true, isList }
  }
  return tokens => {
    const pointer = formatPointer(tokens)
    const place = known.get(pointer) ?? find(tokens)
    if (known.size < mostKnown) known.set(pointer, place)
    return place
  }
}

/** Expressions may make names without end. */
const mostKnown = 1_000

const isArrayOrNull = (type: Json) => type === 'array' || type === 'null'
const combining = ['allOf', 'anyOf', 'oneOf', 'then', 'else', '$ref'] as const

/** The schemas and all that apply to the same value as they do. */
function inPlace(schemas: Json[], resolve: (ref: string) => Json): JsonObject[] {
  const found = new Set<JsonObject>()
  const visit = (schema: Json) => {
    if (!isObject(schema) || found.has(schema)) return
    found.add(schema)
    for (const keyword of combining) {
      const part = schema[keyword]
      if (keyword === '$ref') typeof part === 'string' && visit(resolve(part))
      else if (part !== undefined) [part].flat().forEach(visit)
    }
    if (isObject(schema.dependentSchemas)) Object.values(schema.dependentSchemas).forEach(visit)
  }
  schemas.forEach(visit)
  return [...found]
}

function stepInto(schema: JsonObject, token: string): Json[] {
  const { properties, patternProperties, additionalProperties, unevaluatedProperties, items, prefixItems } = schema
  if (token === '*' || /^\d+$/.test(token)) {
    const lists = [items, ...(Array.isArray(prefixItems) ? prefixItems : [])]
    const found = lists.filter(item => item !== undefined && item !== false)
    if (found.length > 0) return found as Json[]
  }
  if (isObject(properties) && Object.hasOwn(properties, token)) return [properties[token]!]
  const matching = Object.entries(isObject(patternProperties) ? patternProperties : {}).filter(([pattern]) =>
    compilePattern(pattern).test(token),
  )
  if (matching.length > 0) return matching.map(([, member]) => member)
  return [additionalProperties, unevaluatedProperties].filter(isObject)
}

const describing = ['properties', 'patternProperties', 'items', 'prefixItems', 'additionalProperties', 'enum', 'const']
const scalars = ['string', 'number', 'integer', 'boolean', 'null']

/** Says nothing of what is in the value. */
const isFree = (schemas: JsonObject[]) =>
  schemas.every(
    schema =>
      !describing.some(keyword => Object.hasOwn(schema, keyword)) &&
      (schema.type === undefined || ![schema.type].flat().every(type => scalars.includes(type as string))),
  )

const namesOf = (schemas: JsonObject[]) =>
  schemas.flatMap(({ properties }) => (isObject(properties) ? Object.keys(properties) : []))
