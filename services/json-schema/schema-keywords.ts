/**
 * The keywords of JSON Schema 2020-12 that the hub accepts, with the shape each value must have. A keyword that is not in this
 * table is refused at registration: a validator that ignores an unknown keyword would promise what it does not check.
 * refused-keywords.ts explains what a steward may miss in it.
 */
import { isObject, type Json, type JsonObject } from '../contract/canonical-json.ts'

export type Schema = boolean | JsonObject

/** `schema…` shapes hold subschemas; the rest hold values. */
export type Shape =
  | 'schema'
  | 'schemaMap'
  | 'patternMap'
  | 'schemaList'
  | 'ref'
  | 'types'
  | 'count'
  | 'number'
  | 'positive'
  | 'flag'
  | 'text'
  | 'names'
  | 'nameMap'
  | 'pattern'
  | 'format'
  | 'values'
  | 'value'
  | 'annotation'

const shapes: Record<string, Shape> = {
  $schema: 'text',
  $id: 'text',
  $ref: 'ref',
  $defs: 'schemaMap',
  definitions: 'schemaMap',
  $comment: 'text',
  type: 'types',
  const: 'value',
  enum: 'values',
  multipleOf: 'positive',
  maximum: 'number',
  exclusiveMaximum: 'number',
  minimum: 'number',
  exclusiveMinimum: 'number',
  maxLength: 'count',
  minLength: 'count',
  pattern: 'pattern',
  format: 'format',
  maxItems: 'count',
  minItems: 'count',
  uniqueItems: 'flag',
  maxContains: 'count',
  minContains: 'count',
  prefixItems: 'schemaList',
  items: 'schema',
  contains: 'schema',
  maxProperties: 'count',
  minProperties: 'count',
  required: 'names',
  dependentRequired: 'nameMap',
  properties: 'schemaMap',
  patternProperties: 'patternMap',
  additionalProperties: 'schema',
  unevaluatedProperties: 'schema',
  propertyNames: 'schema',
  dependentSchemas: 'schemaMap',
  allOf: 'schemaList',
  anyOf: 'schemaList',
  oneOf: 'schemaList',
  not: 'schema',
  if: 'schema',
  then: 'schema',
  else: 'schema',
  title: 'text',
  description: 'text',
  default: 'value',
  examples: 'values',
  deprecated: 'flag',
  readOnly: 'flag',
  writeOnly: 'flag',
  contentEncoding: 'text',
  contentMediaType: 'text',
}

/** Our own annotations: the second language of titles, the standard a field follows, and its classification. */
const annotations: Record<string, Shape> = {
  'x-title-zh': 'text',
  'x-title-en': 'text',
  'x-description-zh': 'text',
  'x-description-en': 'text',
  'x-standard': 'text',
  'x-classification': 'text',
}

const table = new Map(Object.entries({ ...shapes, ...annotations }))
/** Annotations of others, `x-…`, may hold anything and assert nothing. */
export const shapeOf = (keyword: string): Shape | undefined =>
  table.get(keyword) ?? (isAnnotation(keyword) ? 'annotation' : undefined)
export const isAnnotation = (keyword: string): boolean => keyword.startsWith('x-')

/** Where definitions stand: they apply only where a reference leads to them. */
export const isOfDefinitions = (keyword: string): boolean => keyword === '$defs' || keyword === 'definitions'

export const isSchema = (value: unknown): value is Schema =>
  typeof value === 'boolean' || (typeof value === 'object' && value !== null && !Array.isArray(value))

/** One direct subschema: the tokens that lead to it from its parent, the first of which is the keyword. */
export type Subschema = { tokens: [string, ...string[]]; schema: Json }

/** The direct subschemas of a schema, in the order written. Values of the wrong shape are left out. */
export function subschemasOf(schema: JsonObject): Subschema[] {
  return Object.entries(schema).flatMap(([keyword, value]): Subschema[] => {
    const shape = shapeOf(keyword)
    if (shape === 'schema') return [{ tokens: [keyword], schema: value }]
    const isMap = (shape === 'schemaMap' || shape === 'patternMap') && isObject(value)
    if (!isMap && !(shape === 'schemaList' && Array.isArray(value))) return []
    return Object.entries(value as JsonObject).map(([name, schema]) => ({ tokens: [keyword, name], schema }))
  })
}
