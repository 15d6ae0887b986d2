/**
 * Whether a schema accepts a value: a plain interpreter of the accepted keywords, for the checker's own use on small
 * values. Records are validated by ajv; a test holds the two together.
 */
import { canonicalJson, isObject, type Json, type JsonObject } from '../contract/canonical-json.ts'
import { formats } from '../contract/formats/index.ts'
import { asAdditional } from '../json-schema/evaluated-properties.ts'
import { isMultipleOf } from '../json-schema/multiple-of.ts'
import { areUnique } from '../json-schema/own-keywords.ts'
import { compilePattern, type Pattern } from '../json-schema/pattern.ts'
import type { Document, Located } from './document.ts'

export const accepts = ({ schema, document }: Located, value: Json): boolean => {
  if (typeof schema === 'boolean') return schema
  const rules = schema as JsonObject
  const fits = (sub: Json, part: Json) => accepts({ schema: sub, document }, part)
  return Object.keys(rules).every(keyword => rulesOf[keyword]?.(rules[keyword]!, value, fits, rules, document) ?? true)
}

export const isEqual = (a: Json, b: Json) => a === b || canonicalJson(a) === canonicalJson(b)

const patterns = new Map<string, Pattern>()
export function matches(source: string, text: string): boolean {
  if (patterns.size > 1_000) patterns.clear()
  if (!patterns.has(source)) patterns.set(source, compilePattern(source))
  return patterns.get(source)!.test(text)
}

/** In characters, not in UTF-16 units. */
function lengthOf(text: string): number {
  let length = text.length
  for (let at = 0; at < text.length - 1; at += 1) if (text.codePointAt(at)! > 0xffff) length -= 1
  return length
}

function isOfType(type: Json, value: Json): boolean {
  if (type === 'null') return value === null
  if (type === 'array') return Array.isArray(value)
  if (type === 'object') return isObject(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type
}

type Fits = (schema: Json, part: Json) => boolean
type Rule = (argument: Json, value: Json, fits: Fits, rules: JsonObject, document: Document) => boolean

const forNumber = (holds: (value: number, limit: number) => boolean): Rule => {
  return (limit, value) => typeof value !== 'number' || holds(value, limit as number)
}
const forText = (holds: (text: string, argument: string & number) => boolean): Rule => {
  return (argument, value) => typeof value !== 'string' || holds(value, argument as string & number)
}
const forList = (holds: (list: Json[], argument: Json, fits: Fits, rules: JsonObject) => boolean): Rule => {
  return (argument, value, fits, rules) => !Array.isArray(value) || holds(value, argument, fits, rules)
}
type Members = [string, Json][]
const forObject = (
  holds: (members: Members, argument: JsonObject, fits: Fits, rules: JsonObject, value: JsonObject) => boolean,
): Rule => {
  return (argument, value, fits, rules) =>
    !isObject(value) || holds(Object.entries(value), argument as JsonObject, fits, rules, value)
}

const has = (value: JsonObject, name: string) => Object.hasOwn(value, name)

/** Whether `properties` or `patternProperties` of a schema speak of a name. */
export const isNamed = (rules: JsonObject, name: string) =>
  has((rules.properties as JsonObject) ?? {}, name) ||
  Object.keys((rules.patternProperties as JsonObject) ?? {}).some(pattern => matches(pattern, name))

const countContained = (list: Json[], fits: Fits, rules: JsonObject) =>
  list.filter(item => fits(rules.contains!, item)).length

const rulesOf: Record<string, Rule> = {
  type: (types, value) => [types].flat().some(type => isOfType(type, value)),
  const: (wanted, value) => isEqual(wanted, value),
  enum: (values, value) => (values as Json[]).some(wanted => isEqual(wanted, value)),
  $ref: (ref, value, fits, _, document) => fits(document.resolve(ref as string), value),
  allOf: (list, value, fits) => (list as Json[]).every(sub => fits(sub, value)),
  anyOf: (list, value, fits) => (list as Json[]).some(sub => fits(sub, value)),
  oneOf: (list, value, fits) => (list as Json[]).filter(sub => fits(sub, value)).length === 1,
  not: (sub, value, fits) => !fits(sub, value),
  if: (sub, value, fits, rules) => fits((fits(sub, value) ? rules.then : rules.else) ?? true, value),
  minimum: forNumber((value, limit) => value >= limit),
  maximum: forNumber((value, limit) => value <= limit),
  exclusiveMinimum: forNumber((value, limit) => value > limit),
  exclusiveMaximum: forNumber((value, limit) => value < limit),
  multipleOf: forNumber(isMultipleOf),
  minLength: forText((text, limit) => lengthOf(text) >= limit),
  maxLength: forText((text, limit) => lengthOf(text) <= limit),
  pattern: forText((text, source) => matches(source, text)),
  format: forText((text, name) => formats[name]!(text)),
  minItems: forList((list, limit) => list.length >= (limit as number)),
  maxItems: forList((list, limit) => list.length <= (limit as number)),
  uniqueItems: forList((list, wanted) => !wanted || areUnique(list)),
  prefixItems: forList((list, subs, fits) =>
    (subs as Json[]).every((sub, at) => at >= list.length || fits(sub, list[at]!)),
  ),
  items: forList((list, sub, fits, { prefixItems }) =>
    list.slice(Array.isArray(prefixItems) ? prefixItems.length : 0).every(item => fits(sub, item)),
  ),
  contains: forList((list, _, fits, rules) => {
    const count = countContained(list, fits, rules)
    return count >= Number(rules.minContains ?? 1) && count <= Number(rules.maxContains ?? Number.POSITIVE_INFINITY)
  }),
  minProperties: forObject((members, limit) => members.length >= Number(limit)),
  maxProperties: forObject((members, limit) => members.length <= Number(limit)),
  required: forObject((_, names, _fits, _rules, value) =>
    (names as unknown as string[]).every(name => has(value, name)),
  ),
  properties: forObject((members, map, fits) =>
    members.every(([name, member]) => !has(map, name) || fits(map[name]!, member)),
  ),
  patternProperties: forObject((members, map, fits) =>
    members.every(([name, member]) =>
      Object.entries(map).every(([pattern, sub]) => !matches(pattern, name) || fits(sub, member)),
    ),
  ),
  additionalProperties: forObject((members, sub, fits, rules) =>
    members.every(([name, member]) => isNamed(rules, name) || fits(sub, member)),
  ),
  unevaluatedProperties: (_, value, fits, rules, document) =>
    !isObject(value) || fits(asAdditional(rules, document.resolve), value),
  propertyNames: forObject((members, sub, fits) => members.every(([name]) => fits(sub, name))),
  dependentRequired: forObject((_, map, _fits, _rules, value) =>
    Object.entries(map).every(
      ([name, names]) => !has(value, name) || (names as string[]).every(other => has(value, other)),
    ),
  ),
  dependentSchemas: forObject((_, map, fits, _rules, value) =>
    Object.entries(map).every(([name, sub]) => !has(value, name) || fits(sub, value)),
  ),
}
