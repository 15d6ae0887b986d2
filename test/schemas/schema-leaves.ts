import type { Json, JsonObject } from '../../services/contract/canonical-json.ts'

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Every place of a closed schema where a scalar stands, with the schema of that place; `*` is every item of a list. */
export function leavesOf(root: JsonObject, schema: JsonObject = root, pointer = ''): [string, JsonObject][] {
  const referred =
    typeof schema.$ref === 'string' ? (root.$defs as JsonObject)[schema.$ref.slice('#/$defs/'.length)] : {}
  const { properties, items } = { ...schema, ...(referred as JsonObject) }
  if (isObject(properties)) {
    return Object.entries(properties).flatMap(([name, child]) =>
      leavesOf(root, child as JsonObject, `${pointer}/${name}`),
    )
  }
  return isObject(items) ? leavesOf(root, items, `${pointer}/*`) : [[pointer, schema]]
}

/** Every subschema that describes an object by its properties. */
export function objectsOf(value: Json): JsonObject[] {
  if (Array.isArray(value)) return value.flatMap(objectsOf)
  if (!isObject(value)) return []
  return [...(value.type === 'object' ? [value] : []), ...Object.values(value).flatMap(objectsOf)]
}
