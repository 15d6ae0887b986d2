/**
 * Two ways to read "the new schema accepts what the old one accepted".
 *
 * `strict`: every record that the writer's schema accepts, members that it does not name included.
 * `lenient`: a writer writes only the members that its schema names; a reader passes over members that it does not know,
 * and fills in what is required and has a default. So the writer's schema is read as closed and the reader's as open,
 * and an optional property may be added to, or taken from, any schema.
 */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { evaluatedBy } from '../../../contract/evaluated-properties.ts'
import { resolverOf } from '../../../contract/schema-graph.ts'
import { isObject } from '../../../contract/schema-keywords.ts'

export const profiles = ['strict', 'lenient'] as const
export type Profile = (typeof profiles)[number]

/** Keywords with subschemas for the value itself, and for parts of it. `not`, `if` and `propertyNames` stay as they are. */
const inPlace = { lists: ['allOf', 'anyOf', 'oneOf'], maps: ['$defs', 'dependentSchemas'], single: ['then', 'else'] }
const ofParts = {
  lists: ['prefixItems'],
  maps: ['properties', 'patternProperties'],
  single: ['items', 'contains', 'additionalProperties', 'unevaluatedProperties'],
}

type Change = (schema: Json) => Json

function changeWithin(schema: JsonObject, change: Change, { lists, maps, single }: typeof inPlace): JsonObject {
  const changed = Object.entries(schema).map(([keyword, value]): [string, Json] => {
    if (lists.includes(keyword)) return [keyword, (value as Json[]).map(change)]
    if (single.includes(keyword)) return [keyword, change(value)]
    if (!maps.includes(keyword)) return [keyword, value]
    return [keyword, Object.fromEntries(Object.entries(value as JsonObject).map(([name, sub]) => [name, change(sub)]))]
  })
  return Object.fromEntries(changed)
}

/** The schema of a writer who writes named members only. A schema that names none, such as a map, stays open. */
export function asWriter(root: JsonObject): JsonObject {
  const resolve = resolverOf(root)
  const closeParts: Change = schema =>
    isObject(schema) ? changeWithin(changeWithin(schema, closeParts, inPlace), close, ofParts) : schema
  const close: Change = schema => {
    const { names, patterns } = evaluatedBy(schema, resolve)
    const inner = closeParts(schema)
    if (!isObject(inner) || names.length + patterns.length === 0) return inner
    const known = [
      ...(names.length > 0 ? [{ enum: [...new Set(names)] }] : []),
      ...patterns.map(pattern => ({ pattern })),
    ]
    return { ...inner, allOf: [...((inner.allOf as Json[]) ?? []), { propertyNames: { anyOf: known } }] }
  }
  return close(root) as JsonObject
}

/** The schema of a reader who passes over unknown members and fills in defaults. */
export function asReader(root: JsonObject): JsonObject {
  const open: Change = schema => {
    if (!isObject(schema)) return schema
    const { additionalProperties: _, unevaluatedProperties: __, required, ...rest } = schema
    const properties = (schema.properties as JsonObject) ?? {}
    const isFilled = (name: Json) =>
      Object.hasOwn(properties, name as string) &&
      isObject(properties[name as string]) &&
      Object.hasOwn(properties[name as string] as JsonObject, 'default')
    const kept = ((required as Json[]) ?? []).filter(name => !isFilled(name))
    const opened = kept.length > 0 ? { ...rest, required: kept } : rest
    return changeWithin(changeWithin(opened, open, inPlace), open, ofParts)
  }
  return open(root) as JsonObject
}
