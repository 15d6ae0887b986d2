/** Which fields of the catalogue entry a new version changes. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { parsePointer } from '../../contract/json-pointer.ts'
import { isObject } from '../../contract/schema-keywords.ts'
import { type Document, openDocument } from './compatibility/document.ts'

/** `fields` are JSON Pointers, with `*` for every item. A field that neither schema names by properties counts as changed. */
export function changedFields(old: JsonObject, next: JsonObject, fields: readonly string[]): string[] {
  const [before, after] = [openDocument(old), openDocument(next)]
  if (before.hashOf(old) === after.hashOf(next)) return []
  return fields.filter(field => {
    const tokens = parsePointer(field) ?? []
    const was = meaningOf(before, tokens)
    return was === undefined || was !== meaningOf(after, tokens)
  })
}

/** What a schema demands along a path: the schema at its end, and whether each step must be there. */
function meaningOf(document: Document, tokens: readonly string[]): string | undefined {
  let schema: Json = document.root
  let path = ''
  for (const token of tokens) {
    const rules = followed(schema, document)
    const next = token === '*' ? rules.items : ownMember(rules.properties, token)
    if (next === undefined) return undefined
    path += Array.isArray(rules.required) && rules.required.includes(token) ? '!' : '?'
    schema = next
  }
  return path + document.hashOf(schema)
}

function followed(schema: Json, document: Document): JsonObject {
  const rules = isObject(schema) ? schema : {}
  return typeof rules.$ref === 'string' && !rules.properties ? followed(document.resolve(rules.$ref), document) : rules
}

const ownMember = (map: Json | undefined, name: string): Json | undefined =>
  isObject(map) && Object.hasOwn(map, name) ? map[name] : undefined
