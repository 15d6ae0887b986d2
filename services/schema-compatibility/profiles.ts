/**
 * Two ways to read "the new schema accepts what the old one accepted".
 *
 * `strict`: every record that the writer's schema accepts, members that it does not name included.
 * `lenient`: every such record that has, wherever the schema names members, only members that it names. So an open schema may
 * be closed, or give a type to a member that was possible before under any; what the schema names, or says of the members of
 * a map, is kept. The reader's schema is taken at its word in both.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { resolverOf } from '../json-schema/schema-graph.ts'
import { readPlace } from './place.ts'

export const profiles = ['strict', 'lenient'] as const
export type Profile = (typeof profiles)[number]

/** Places beyond so many stay open: a proof then covers more records than it had to. */
const mostPlaces = 500

/**
 * The schema of a writer who writes named members only: the schema itself, and beside it what it names, place by place. All
 * that is said of one place counts together, for a member may be named by one part of the schema and limited by another.
 */
export function asWriter(root: JsonObject): JsonObject {
  const resolve = resolverOf(root)
  const prefix = freePrefix(root)
  const idOf = numbering()
  const known = new Map<string, Json>()
  const definitions: JsonObject = {}
  /** A reference to the schema that closes the place of which `schemas` speak. */
  const closed = (schemas: Json[]): Json => {
    const key = [...new Set(schemas.map(idOf))].sort().join()
    const before = known.get(key)
    if (before !== undefined || known.size >= mostPlaces) return before ?? true
    const name = `${prefix}${known.size}`
    const reference = { $ref: `#/$defs/${name}` }
    known.set(key, reference) // First, for a place may lead to itself.
    definitions[name] = closedPlace(schemas, resolve, closed)
    return reference
  }
  const whole = closed([root])
  return {
    ...root,
    $defs: { ...(root.$defs as JsonObject), ...definitions },
    allOf: [...((root.allOf as Json[]) ?? []), whole],
  }
}

function freePrefix(root: JsonObject): string {
  const taken = Object.keys((root.$defs as JsonObject) ?? {})
  let prefix = 'named-'
  while (taken.some(name => name.startsWith(prefix))) prefix += '-'
  return prefix
}

/** Each schema has its number, by identity. */
function numbering(): (schema: Json) => number {
  const numbers = new Map<Json, number>()
  return schema => {
    if (!numbers.has(schema)) numbers.set(schema, numbers.size)
    return numbers.get(schema)!
  }
}

function closedPlace(schemas: Json[], resolve: (ref: string) => Json, closed: (schemas: Json[]) => Json): JsonObject {
  const place = readPlace(schemas, resolve)
  const { names, patterns, others, items, prefixes } = place
  const known = [...(names.length > 0 ? [{ enum: names }] : []), ...patterns.map(pattern => ({ pattern }))]
  const properties = Object.fromEntries(names.map(name => [name, closed(place.saidOf(name))]))
  return {
    ...(names.length > 0 && { properties }),
    ...(known.length > 0 && !place.isMap && { propertyNames: { anyOf: known } }),
    // Of a member that several of them may speak of it is not known which ones do; it stays open.
    ...(others.length === 1 && { additionalProperties: closed(others) }),
    ...(prefixes.length > 0 && { prefixItems: prefixes.map(closed) }),
    ...(items.length > 0 && { items: closed(items) }),
  }
}
