/** One keyword of an earlier draft, or of OpenAPI, as 2020-12 says it. */
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

/** Where a keyword stands: its schema as it was, and what of it is converted so far. */
type At = Conversion & { keyword: string; schema: JsonObject; found: JsonObject }

const nothing: JsonObject = {}
const leftOut = () => nothing
const only = (keyword: string, value: Json): JsonObject => ({ [keyword]: value })

/** Keywords that 2020-12 says otherwise, or not at all. */
const converters: Readonly<Record<string, (value: Json, at: At) => JsonObject>> = {
  $anchor: leftOut,
  id: leftOut,
  $id: leftOut,
  $vocabulary: leftOut,
  contentSchema: leftOut,
  discriminator: leftOut,
  nullable: leftOut,
  $ref: (value, { ref }) => only('$ref', typeof value === 'string' ? ref(value) : value),
  $recursiveRef: (value, { ref }) => (value === '#' ? only('$ref', ref('#')) : only('$recursiveRef', value)),
  $defs: convertDefinitions,
  definitions: (value, at) =>
    areShared(at.schema.$defs, value)
      ? { definitions: mapped(value, at, 'definitions') }
      : convertDefinitions(value, at),
  items: convertItems,
  additionalItems: (value, { schema, part }) =>
    Array.isArray(schema.items) ? { items: part(value, ['additionalItems'], ['items']) } : nothing,
  dependencies(value, at) {
    if (!isObject(value)) return nothing
    const isSaidTwice = has(at, 'dependentRequired') || has(at, 'dependentSchemas')
    return isSaidTwice ? { dependencies: value } : convertDependencies(value, at.part)
  },
  exclusiveMinimum: value => (typeof value === 'boolean' ? nothing : { exclusiveMinimum: value }),
  exclusiveMaximum: value => (typeof value === 'boolean' ? nothing : { exclusiveMaximum: value }),
  minimum: (value, { schema }) => only(schema.exclusiveMinimum === true ? 'exclusiveMinimum' : 'minimum', value),
  maximum: (value, { schema }) => only(schema.exclusiveMaximum === true ? 'exclusiveMaximum' : 'maximum', value),
  divisibleBy: value => ({ multipleOf: value }),
  $schema: value => (isKnownDraft(value) ? nothing : { $schema: value }),
  required: value => (Array.isArray(value) ? { required: [...new Set(value)] } : nothing),
  example: (value, { schema }) => (schema.examples === undefined ? { examples: [value] } : nothing),
  examples: value => (Array.isArray(value) && value.length > 0 ? { examples: value } : nothing),
  format: (value, { isOwnDraft }) => only(keepsFormat(value, isOwnDraft) ? 'format' : 'x-format', value),
}

export function convertKeyword(value: Json, at: At): JsonObject {
  return Object.hasOwn(converters, at.keyword) ? converters[at.keyword]!(value, at) : convertOther(value, at)
}

/** Two ways to say one thing, side by side, stay for the guard to name: one would overwrite the other. */
const has = ({ schema, draft }: At, other: string) => schema[other] !== undefined && isKnownIn(draft, other)

const mapped = (map: Json, { keyword, part }: At, name: string): JsonObject =>
  isObject(map) ? mapValues(map, (one, key) => part(one, [keyword, key], [name, key])) : {}

function convertDefinitions(value: Json, at: At): JsonObject {
  return { $defs: { ...(at.found.$defs as JsonObject), ...mapped(value, at, '$defs') } }
}

function convertItems(value: Json, at: At): JsonObject {
  if (!Array.isArray(value)) return { items: at.part(value, ['items'], ['items']) }
  if (has(at, 'prefixItems')) return { items: value }
  const prefixItems = value.map((one, n) => at.part(one, ['items', `${n}`], ['prefixItems', `${n}`]))
  return value.length === 0 ? {} : { prefixItems }
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
export const unknown = (keyword: string, value: Json, { isOwnDraft }: { isOwnDraft: boolean }): JsonObject =>
  isOwnDraft ? { [keyword]: value } : { [`x-${keyword}`]: value }

function convertOther(value: Json, { keyword, part, isOwnDraft }: At): JsonObject {
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

const mapValues = (map: JsonObject, change: (value: Json, name: string) => Json): JsonObject =>
  Object.fromEntries(Object.entries(map).map(([name, value]) => [name, change(value, name)]))
