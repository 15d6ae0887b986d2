/** The ways in which a value of one kind can fail a schema, keyword by keyword: JSON Schema in negation normal form. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { evaluatedBy } from '../../json-schema/evaluated-properties.ts'
import type { Document } from '../document.ts'
import { type Alternative, alternative } from './facts.ts'
import { type Kind, must, mustNot, typesAllow } from './goal.ts'
import { areApart } from './marks.ts'

/** Empty where a value of this kind cannot fail it; `undefined` where every value of this kind does. */
export function waysToFail(schema: Json, document: Document, kind: Kind): Alternative[] | undefined {
  if (typeof schema === 'boolean') return schema ? [] : undefined
  const rules = schema as JsonObject
  if (rules.type !== undefined && !typesAllow(rules.type, kind)) return undefined
  return Object.keys(rules).flatMap(keyword => {
    const { of, fail } = failures[keyword] ?? {}
    return fail && (!of || of.includes(kind)) ? fail(rules[keyword]!, rules, document) : []
  })
}

type Fail = (argument: Json, rules: JsonObject, document: Document) => Alternative[]
const numbers: Kind[] = ['integer', 'fraction']

/** A failure that another schema can describe. */
const by = (of: Kind[] | undefined, describe: (argument: number, rules: JsonObject) => JsonObject | undefined) => ({
  of,
  fail: (argument: Json, rules: JsonObject, document: Document) => {
    const description = describe(argument as number, rules)
    return description ? [alternative([must(description, document)])] : []
  },
})

const overList = (make: (sub: Json, document: Document, at: number) => Alternative[]): Fail => {
  return (list, _, document) => (list as Json[]).flatMap((sub, at) => make(sub, document, at))
}
const overMap = (make: (name: string, sub: Json, document: Document) => Alternative[]): Fail => {
  return (map, _, document) => Object.entries(map as JsonObject).flatMap(([name, sub]) => make(name, sub, document))
}

const inPlace: Record<string, { of?: Kind[]; fail: Fail }> = {
  $ref: { fail: (ref, _, document) => [alternative([mustNot(document.resolve(ref as string), document)])] },
  allOf: { fail: overList((sub, document) => [alternative([mustNot(sub, document)])]) },
  anyOf: { fail: (list, _, document) => [alternative((list as Json[]).map(sub => mustNot(sub, document)))] },
  oneOf: { fail: (list, _, document) => failOneOf(list as Json[], document) },
  not: { fail: (sub, _, document) => [alternative([must(sub, document)])] },
  if: {
    fail: (sub, rules, document) => [
      alternative([must(sub, document), mustNot(rules.then ?? true, document)]),
      alternative([mustNot(sub, document), mustNot(rules.else ?? true, document)]),
    ],
  },
  const: { fail: value => [alternative([], { show: 'otherValue', values: [value] })] },
  enum: { fail: values => [alternative([], { show: 'otherValue', values: values as Json[] })] },
}

function failOneOf(list: Json[], document: Document): Alternative[] {
  const none = alternative(list.map(sub => mustNot(sub, document)))
  if (areApart(list, document)) return [none]
  const pairs = list.flatMap((a, at) =>
    list.slice(at + 1).map(b => alternative([must(a, document), must(b, document)])),
  )
  return [none, ...pairs]
}

const scalars: Record<string, { of?: Kind[]; fail: Fail }> = {
  minimum: by(numbers, limit => ({ exclusiveMaximum: limit })),
  maximum: by(numbers, limit => ({ exclusiveMinimum: limit })),
  exclusiveMinimum: by(numbers, limit => ({ maximum: limit })),
  exclusiveMaximum: by(numbers, limit => ({ minimum: limit })),
  multipleOf: { of: numbers, fail: of => [alternative([], { show: 'notMultiple', of: of as number })] },
  minLength: by(['string'], limit => (limit > 0 ? { maxLength: limit - 1 } : undefined)),
  maxLength: by(['string'], limit => ({ minLength: limit + 1 })),
  pattern: { of: ['string'], fail: pattern => [alternative([], { show: 'notMatching', pattern: pattern as string })] },
  format: { of: ['string'], fail: format => [alternative([], { show: 'notOfFormat', format: format as string })] },
}

const array: Kind[] = ['array']
const arrays: Record<string, { of?: Kind[]; fail: Fail }> = {
  minItems: by(array, limit => (limit > 0 ? { maxItems: limit - 1 } : undefined)),
  maxItems: by(array, limit => ({ minItems: limit + 1 })),
  uniqueItems: { of: array, fail: wanted => (wanted ? [alternative([], { show: 'equalItems' })] : []) },
  prefixItems: {
    of: array,
    fail: overList((sub, document, at) => [alternative([], { show: 'item', at, goal: [mustNot(sub, document)] })]),
  },
  items: {
    of: array,
    fail: (sub, { prefixItems }, document) => {
      const from = Array.isArray(prefixItems) ? prefixItems.length : 0
      return [alternative([], { show: 'itemFrom', from, goal: [mustNot(sub, document)] })]
    },
  },
  contains: { of: array, fail: failContains },
}

function failContains(contains: Json, rules: JsonObject, document: Document): Alternative[] {
  const least = Number(rules.minContains ?? 1)
  const most = rules.maxContains as number | undefined
  const none = must({ items: { not: contains } }, document)
  const few = must({ contains, minContains: 0, maxContains: least - 1 }, document)
  return [
    ...(least > 0 ? [alternative([least === 1 ? none : few])] : []),
    ...(most === undefined ? [] : [alternative([must({ contains, minContains: most + 1 }, document)])]),
  ]
}

const object: Kind[] = ['object']
const objects: Record<string, { of?: Kind[]; fail: Fail }> = {
  minProperties: by(object, limit => (limit > 0 ? { maxProperties: limit - 1 } : undefined)),
  maxProperties: by(object, limit => ({ minProperties: limit + 1 })),
  required: { of: object, fail: overList((name, document) => [alternative([lacks(name as string, document)])]) },
  properties: {
    of: object,
    fail: overMap((name, sub, document) => [alternative([], { show: 'member', name, goal: [mustNot(sub, document)] })]),
  },
  patternProperties: {
    of: object,
    fail: overMap((pattern, sub, document) => [
      alternative([], { show: 'memberMatching', pattern, goal: [mustNot(sub, document)] }),
    ]),
  },
  additionalProperties: {
    of: object,
    fail: (sub, rules, document) => {
      const names = Object.keys((rules.properties as JsonObject) ?? {})
      const patterns = Object.keys((rules.patternProperties as JsonObject) ?? {})
      return [alternative([], { show: 'memberOutside', names, patterns, goal: [mustNot(sub, document)] })]
    },
  },
  unevaluatedProperties: {
    of: object,
    fail: (sub, rules, document) => {
      const { names, patterns, isEverything } = evaluatedBy(rules, document.resolve)
      return isEverything
        ? []
        : [alternative([], { show: 'memberOutside', names, patterns, goal: [mustNot(sub, document)] })]
    },
  },
  propertyNames: {
    of: object,
    fail: (sub, _, document) => [alternative([], { show: 'memberNamed', nameGoal: [mustNot(sub, document)] })],
  },
  dependentRequired: {
    of: object,
    fail: overMap((name, names, document) =>
      (names as string[]).map(other => alternative([owns(name, document), lacks(other, document)])),
    ),
  },
  dependentSchemas: {
    of: object,
    fail: overMap((name, sub, document) => [alternative([owns(name, document), mustNot(sub, document)])]),
  },
}

export const owns = (name: string, document: Document) => must({ required: [name] }, document)
export const lacks = (name: string, document: Document) => must({ properties: { [name]: false } }, document)

const failures: Record<string, { of?: Kind[]; fail: Fail }> = { ...inPlace, ...scalars, ...arrays, ...objects }
