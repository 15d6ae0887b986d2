/** From a field of the catalogue entry to the part of a schema that describes it: rules only. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { isObject } from '../../../contract/canonical-json.ts'
import { parsePointer } from '../../../contract/json-pointer.ts'
import { type Document, openDocument } from '../../../schema-compatibility/document.ts'

/** `path` has a `!` for each step that must be there and a `?` for each that may be. */
export type FieldPath = { schema: Json; path: string }

/** Follows properties, items (`*`) and references; undefined where the schema names the field in another way. */
export function followPath(document: Document, tokens: readonly string[]): FieldPath | undefined {
  let schema: Json = document.root
  let path = ''
  for (const token of tokens) {
    const rules = followed(schema, document)
    const next = token === '*' ? rules.items : ownMember(rules.properties, token)
    if (next === undefined) return undefined
    path += Array.isArray(rules.required) && rules.required.includes(token) ? '!' : '?'
    schema = next
  }
  return { schema, path }
}

/** The format of a data item (数据项格式): its JSON type, and the format of a text where one is stated. */
export type FieldFormat = { type: string; format?: string }

/** Undefined where the schema states no type for the field. */
export function formatOf(root: JsonObject, pointer: string): FieldFormat | undefined {
  const document = openDocument(root)
  const found = followPath(document, parsePointer(pointer) ?? [])
  if (!found) return undefined
  const { type, format } = followed(found.schema, document)
  const types = [type].flat().filter(one => typeof one === 'string' && one !== 'null')
  if (types.length === 0) return undefined
  return { type: types.toSorted().join(' or '), ...(typeof format === 'string' && { format }) }
}

function followed(schema: Json, document: Document): JsonObject {
  const rules = isObject(schema) ? schema : {}
  return typeof rules.$ref === 'string' && !rules.properties ? followed(document.resolve(rules.$ref), document) : rules
}

const ownMember = (map: Json | undefined, name: string): Json | undefined =>
  isObject(map) && Object.hasOwn(map, name) ? map[name] : undefined
