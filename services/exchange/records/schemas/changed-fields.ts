/** Which fields of the catalogue entry a new version changes. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { parsePointer } from '../../../contract/json-pointer.ts'
import { type Document, openDocument } from '../../../schema-compatibility/document.ts'
import { followPath } from './field-path.ts'

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

/** Demands of a schema along a path: the schema at its end, and whether each step must be there. */
function meaningOf(document: Document, tokens: readonly string[]): string | undefined {
  const found = followPath(document, tokens)
  return found && found.path + document.hashOf(found.schema)
}
