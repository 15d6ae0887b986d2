/**
 * Keywords of draft-03 to 2019-09 and of OpenAPI as 2020-12 says the same. A keyword that asserts nothing by its own draft stays as an
 * annotation or goes; so every record is judged as before. Subschemas are converted by `part`, which is told where they stood
 * and where they come to stand.
 */
import type { JsonObject } from '../contract/canonical-json.ts'
import { type Conversion, convertKeyword, unknown } from './convert-keyword.ts'
import { isKnownIn } from './drafts.ts'

const annotations = ['title', 'description', 'default', 'examples', '$comment', 'readOnly', 'writeOnly', 'deprecated']
const structural = ['$schema', 'id', '$id', '$ref', '$defs', 'definitions']

export function convertKeywords(schema: JsonObject, conversion: Conversion): JsonObject {
  const isReference = typeof schema.$ref === 'string' && conversion.isBefore2019
  const keeps = (keyword: string) => !isReference || annotations.includes(keyword) || structural.includes(keyword)
  const found: JsonObject = {}
  for (const [keyword, value] of Object.entries(schema)) {
    if (!keeps(keyword)) continue
    const isKnown = isKnownIn(conversion.draft, keyword)
    Object.assign(
      found,
      isKnown ? convertKeyword(value, { ...conversion, keyword, schema, found }) : unknown(keyword, value, conversion),
    )
  }
  return completed(found)
}

/** Without keywords that mean nothing alone, which the hub refuses as slips. */
function completed(schema: JsonObject): JsonObject {
  const left = { ...schema }
  const drop = (...keywords: string[]) => {
    for (const keyword of keywords) delete left[keyword]
  }
  if (left.if === undefined) drop('then', 'else')
  // Beside `unevaluatedProperties` an `if` alone has a meaning, which the guard does not take.
  if (left.then === undefined && left.else === undefined && left.unevaluatedProperties === undefined) drop('if')
  if (left.contains === undefined) drop('minContains', 'maxContains')
  if (left.minContains === 0 && left.maxContains === undefined) drop('contains', 'minContains')
  return left
}
