/**
 * Keywords of draft-03 to 2019-09 and of OpenAPI as 2020-12 says the same. A keyword that asserts nothing by its own draft stays as an
 * annotation or goes; so every record is judged as before. Subschemas are converted by `part`, which is told where they stood
 * and where they come to stand.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { formats } from '../contract/formats/index.ts'
import { type Draft, isKnownDraft, isKnownIn } from './drafts.ts'
import { isSchema, shapeOf } from './schema-keywords.ts'

/** Converts one subschema: tokens from its parent as they were, and as they become. */
type Part = (schema: Json, was: string[], is: string[]) => Json

/**
 * `isBefore2019`: keywords beside `$ref` are of no effect. `isOwnDraft`: of 2020-12 itself, where an unknown keyword or format is
 * a slip that the guard is to name. `ref` rewrites a reference. `draft` is that which the schema itself names.
 */
export type Conversion = {
  part: Part
  ref: (ref: string) => string
  isBefore2019: boolean
  isOwnDraft: boolean
  draft: Draft | undefined
}

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
      isKnown ? convertKeyword(keyword, value, schema, conversion, found) : unknown(keyword, value, conversion),
    )
  }
  return completed(found)
}

function convertKeyword(
  keyword: string,
  value: Json,
  schema: JsonObject,
  { part, ref, isOwnDraft, draft }: Conversion,
  found: JsonObject,
): JsonObject {
  const mapped = (map: Json, name = keyword): JsonObject =>
    isObject(map) ? mapValues(map, (one, key) => part(one, [keyword, key], [name, key])) : {}
  /** Two ways to say one thing, side by side, stay for the guard to name: one would overwrite the other. */
  const has = (other: string) => schema[other] !== undefined && isKnownIn(draft, other)
  switch (keyword) {
    case '$anchor':
    case 'id':
    case '$id':
    case '$vocabulary':
    case 'contentSchema':
    case 'discriminator':
    case 'nullable':
      return {}
    case '$ref':
      return typeof value === 'string' ? { $ref: ref(value) } : { $ref: value }
    case '$recursiveRef':
      return value === '#' ? { $ref: ref('#') } : { [keyword]: value }
    case '$defs':
    case 'definitions':
      return keyword === 'definitions' && areShared(schema.$defs, value)
        ? { definitions: mapped(value) }
        : { $defs: { ...(found.$defs as JsonObject), ...mapped(value, '$defs') } }
    case 'items':
      if (!Array.isArray(value)) return { items: part(value, ['items'], ['items']) }
      if (has('prefixItems')) return { items: value }
      return value.length === 0
        ? {}
        : { prefixItems: value.map((one, at) => part(one, ['items', `${at}`], ['prefixItems', `${at}`])) }
    case 'additionalItems':
      return Array.isArray(schema.items) ? { items: part(value, ['additionalItems'], ['items']) } : {}
    case 'dependencies':
      if (!isObject(value)) return {}
      return has('dependentRequired') || has('dependentSchemas')
        ? { dependencies: value }
        : convertDependencies(value, part)
    case 'exclusiveMinimum':
    case 'exclusiveMaximum':
      return typeof value === 'boolean' ? {} : { [keyword]: value }
    case 'minimum':
      return schema.exclusiveMinimum === true ? { exclusiveMinimum: value } : { minimum: value }
    case 'maximum':
      return schema.exclusiveMaximum === true ? { exclusiveMaximum: value } : { maximum: value }
    case 'divisibleBy':
      return { multipleOf: value }
    case '$schema':
      return isKnownDraft(value) ? {} : { $schema: value }
    case 'required':
      return Array.isArray(value) ? { required: [...new Set(value)] } : {}
    case 'example':
      return schema.examples === undefined ? { examples: [value] } : {}
    case 'examples':
      return Array.isArray(value) && value.length > 0 ? { examples: value } : {}
    case 'format':
      return keepsFormat(value, isOwnDraft) ? { format: value } : { 'x-format': value }
    default:
      return convertOther(keyword, value, part, isOwnDraft)
  }
}

const areShared = (one: Json | undefined, other: Json) =>
  isObject(one) && isObject(other) && Object.keys(one).some(name => Object.hasOwn(other, name))

/** Formats that generators write and no draft knows. They assert nothing. */
const ofGenerators = new Set(
  'int32 int64 float double decimal byte binary password path file-path directory-path json-string color utc-millisec'.split(
    ' ',
  ),
)

/** Only keywords that assert nothing are dropped; one that does, and is not decided here, is left for the guard to name. */
function keepsFormat(format: Json, isOwnDraft: boolean): boolean {
  if (typeof format !== 'string' || Object.hasOwn(formats, format)) return true
  if (['idn-email', 'idn-hostname', 'uri-template'].includes(format)) return true
  return isOwnDraft && !ofGenerators.has(format)
}

/** A keyword that no draft knows, or not that of the schema, asserts nothing. */
const unknown = (keyword: string, value: Json, { isOwnDraft }: { isOwnDraft: boolean }): JsonObject =>
  isOwnDraft ? { [keyword]: value } : { [`x-${keyword}`]: value }

function convertOther(keyword: string, value: Json, part: Part, isOwnDraft: boolean): JsonObject {
  const shape = shapeOf(keyword)
  if (shape === undefined)
    return isRefusedOnPurpose(keyword) ? { [keyword]: value } : unknown(keyword, value, { isOwnDraft })
  if (shape === 'schema') return { [keyword]: part(value, [keyword], [keyword]) }
  if (shape === 'schemaList' && Array.isArray(value))
    return { [keyword]: value.map((one, at) => part(one, [keyword, `${at}`], [keyword, `${at}`])) }
  if ((shape === 'schemaMap' || shape === 'patternMap') && isObject(value))
    return { [keyword]: mapValues(value, (one, name) => part(one, [keyword, name], [keyword, name])) }
  return { [keyword]: value }
}

const isRefusedOnPurpose = (keyword: string) =>
  keyword.startsWith('$') || ['unevaluatedItems', 'extends', 'disallow'].includes(keyword)

function convertDependencies(dependencies: JsonObject, part: Part): JsonObject {
  const entries = Object.entries(dependencies)
  const required = entries.filter(([, needed]) => !isSchema(needed))
  const schemas = entries.filter(([, needed]) => isSchema(needed))
  return {
    ...(required.length > 0 && {
      dependentRequired: Object.fromEntries(required.map(([name, one]) => [name, [one].flat()])),
    }),
    ...(schemas.length > 0 && {
      dependentSchemas: Object.fromEntries(
        schemas.map(([name, one]) => [name, part(one, ['dependencies', name], ['dependentSchemas', name])]),
      ),
    }),
  }
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

const mapValues = (map: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]))
