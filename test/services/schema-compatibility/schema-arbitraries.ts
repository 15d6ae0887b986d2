/** Random schemas that the guard accepts, pairs of them that differ a little, and random records near what they speak of. */
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'

const names = ['a', 'b', 'ab', 'x-1', '人', 'toString']
const patterns = ['^a', 'b$', '^[a-z]{1,3}$', '^x-\\d+$', '^[A-Z]{2}$', '^(ab)*$', '\\d', '^.{2,4}$', 'a|b$']
const formatNames = ['date', 'uuid', 'division-code', 'resident-id']
const texts = [
  '',
  'a',
  'ab',
  'abab',
  'b',
  'xyz',
  'AB',
  '7',
  'x-1',
  'x-22',
  '人',
  '𠮷',
  'a𠮷',
  '2024-02-29',
  '310115',
  '11010519491231002X',
]
const numbers = [-2, -1, -0.5, 0, 0.01, 0.5, 1, 1.5, 2, 3, 4, 6, 10]

const name = fc.constantFrom(...names)
const count = fc.integer({ min: 0, max: 4 })
const number = fc.constantFrom(...numbers)
const scalar = fc.oneof(fc.constant(null), fc.boolean(), number, fc.constantFrom(...texts))

export const record: fc.Arbitrary<Json> = fc.letrec<{ value: Json }>(tie => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    scalar,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(name, tie('value'), { maxKeys: 4 }),
  ),
})).value

const typeNames = fc.constantFrom('null', 'boolean', 'object', 'array', 'number', 'integer', 'string')
const types = fc.oneof(typeNames, fc.uniqueArray(typeNames, { minLength: 2, maxLength: 3 }))

const scalarKeywords = {
  type: types,
  const: scalar,
  enum: fc.uniqueArray(scalar, { minLength: 1, maxLength: 4 }),
  minimum: number,
  maximum: number,
  exclusiveMinimum: number,
  exclusiveMaximum: number,
  multipleOf: fc.constantFrom(0.01, 0.5, 1, 2, 3),
  minLength: count,
  maxLength: count,
  pattern: fc.constantFrom(...patterns),
  format: fc.constantFrom(...formatNames),
  minItems: count,
  maxItems: count,
  minProperties: count,
  maxProperties: count,
  required: fc.uniqueArray(name, { maxLength: 2 }),
  dependentRequired: fc.dictionary(name, fc.uniqueArray(name, { minLength: 1, maxLength: 2 }), { maxKeys: 2 }),
}

type Tie = (key: 'schema') => fc.Arbitrary<Json>
const nestedKeywords = (tie: Tie) => {
  const list = fc.array(tie('schema'), { minLength: 1, maxLength: 3 })
  const map = fc.dictionary(name, tie('schema'), { maxKeys: 3 })
  const patternMap = fc.dictionary(fc.constantFrom(...patterns), tie('schema'), { maxKeys: 2 })
  return {
    properties: map,
    patternProperties: patternMap,
    additionalProperties: tie('schema'),
    unevaluatedProperties: tie('schema'),
    propertyNames: tie('schema'),
    dependentSchemas: fc.dictionary(name, tie('schema'), { maxKeys: 1 }),
    prefixItems: list,
    items: tie('schema'),
    allOf: list,
    anyOf: list,
    oneOf: list,
    not: tie('schema'),
    $ref: fc.constantFrom('#/$defs/d', '#/$defs/e'),
  }
}

/** One keyword each, with those that need each other together. */
const piecesOf = (tie: Tie): fc.Arbitrary<JsonObject>[] => {
  const all = { ...scalarKeywords, ...nestedKeywords(tie) } as Record<string, fc.Arbitrary<Json>>
  return [
    ...Object.entries(all).map(([keyword, value]) => value.map((argument): JsonObject => ({ [keyword]: argument }))),
    fc.record(
      { contains: tie('schema'), minContains: count, maxContains: fc.integer({ min: 4, max: 5 }) },
      { requiredKeys: ['contains'] },
    ),
    fc.record({ contains: tie('schema'), minContains: count, maxContains: count }),
    fc.record({ if: tie('schema'), then: tie('schema'), else: tie('schema') }, { requiredKeys: ['if', 'then'] }),
    fc.record({ if: tie('schema'), else: tie('schema') }),
    fc.record({ prefixItems: fc.array(tie('schema'), { minLength: 1, maxLength: 3 }), items: tie('schema') }),
    fc.record({ uniqueItems: fc.boolean(), maxItems: count }),
  ] as fc.Arbitrary<JsonObject>[]
}

const keywordsOf = (tie: Tie): fc.Arbitrary<JsonObject> =>
  fc.array(fc.oneof(...piecesOf(tie)), { minLength: 1, maxLength: 4 }).map(parts => Object.assign({}, ...parts))

const body = fc.letrec<{ schema: Json }>(tie => ({
  schema: fc.oneof({ depthSize: 'small', withCrossShrink: true }, fc.boolean(), keywordsOf(tie)),
})).schema

const withoutRefs = (schema: Json): Json => {
  if (Array.isArray(schema)) return schema.map(withoutRefs)
  if (typeof schema !== 'object' || schema === null) return schema
  return Object.fromEntries(
    Object.entries(schema).flatMap(([keyword, value]) => (keyword === '$ref' ? [] : [[keyword, withoutRefs(value)]])),
  )
}

const root = keywordsOf(() => body)
const flat = body.map(withoutRefs)

/** References without a circle. */
const unrolled: fc.Arbitrary<JsonObject> = fc
  .tuple(root, flat, flat)
  .map(([rules, d, e]) => ({ ...rules, $defs: { d, e } }))

const again = { $ref: '#/$defs/d' }
const loops: JsonObject[] = [
  { properties: { a: again } },
  { properties: { a: again, b: again }, required: ['a'] },
  { additionalProperties: again },
  { patternProperties: { '^a': again } },
  { items: again },
  { prefixItems: [true, again] },
  { contains: again },
  { anyOf: [{ type: 'string' }, { items: again }] },
]

/** A definition that leads to itself by a part of the value. */
const recursive: fc.Arbitrary<JsonObject> = fc
  .tuple(root, root.map(withoutRefs), fc.constantFrom(...loops), flat)
  .map(([rules, d, loop, e]) => ({ ...rules, ...again, $defs: { d: { ...(d as JsonObject), ...loop }, e } }))

export const schema: fc.Arbitrary<JsonObject> = fc.oneof(
  { weight: 5, arbitrary: unrolled },
  { weight: 1, arbitrary: recursive },
)

const leaf: fc.Arbitrary<Json> = fc.oneof(fc.boolean(), fc.oneof(...piecesOf(() => fc.boolean())).map(withoutRefs))
const small = piecesOf(() => leaf).map(piece => piece.map(withoutRefs) as fc.Arbitrary<JsonObject>)
const wraps: ((schema: JsonObject) => JsonObject)[] = [
  schema => schema,
  schema => schema,
  schema => ({ properties: { a: schema }, required: ['a'] }),
  schema => ({ type: 'array', items: schema, minItems: 1 }),
  schema => ({ not: schema }),
]

/** Two small schemas that differ in the argument of one keyword, or in whether it is there: limits meet closely in them. */
const nearPair: fc.Arbitrary<[JsonObject, JsonObject]> = fc
  .oneof(
    ...small.map(piece =>
      fc.tuple(
        fc.option(piece, { nil: {} }),
        fc.option(piece, { nil: {} }),
        fc.option(fc.oneof(...small), { nil: {} }),
        fc.constantFrom(...wraps),
      ),
    ),
  )
  .map(([was, is, both, wrap]) => [wrap({ ...both, ...was }), wrap({ ...both, ...is })])

/** Two schemas that share most of what they say: changed in one place by a fresh piece, or by leaving something out. */
const largePair: fc.Arbitrary<[JsonObject, JsonObject]> = fc.oneof(
  fc.tuple(schema, schema),
  fc.tuple(schema, root).map(([a, piece]): [JsonObject, JsonObject] => [a, { ...a, ...piece }]),
  fc.tuple(schema, root).map(([a, piece]): [JsonObject, JsonObject] => [{ ...a, ...piece }, a]),
  fc.tuple(schema, schema, fc.nat()).map(([a, b, at]): [JsonObject, JsonObject] => [a, changedAt(a, b, at)]),
)

/** Kinds that a constant may tell apart, or nearly: in the same member or not, demanded or not, shared or not. */
const kind: fc.Arbitrary<JsonObject> = fc
  .record(
    {
      type: fc.constantFrom('object', 'string'),
      properties: fc.dictionary(
        fc.constantFrom('a', 'b'),
        fc.oneof(
          fc.record({ const: fc.constantFrom(...texts.slice(0, 5)) }),
          fc.record({ enum: fc.subarray(['a', 'ab', 1], { minLength: 1 }) }),
          fc.record({
            properties: fc.record({ a: fc.record({ const: fc.constantFrom('a', 1) }) }),
            required: fc.constant(['a']),
          }),
          leaf,
        ),
        { maxKeys: 2, noNullPrototype: true },
      ),
      required: fc.subarray(['a', 'b']),
      additionalProperties: fc.boolean(),
    },
    { requiredKeys: ['properties', 'required'], noNullPrototype: true },
  )
  .map(one => one as JsonObject)
const kinds = (keyword: string, list: JsonObject[]): JsonObject =>
  keyword === 'if' ? { allOf: list.map(one => ({ if: one, then: { required: ['ab'] } })) } : { [keyword]: list }
const kindsPair: fc.Arbitrary<[JsonObject, JsonObject]> = fc
  .tuple(
    fc.array(kind, { minLength: 1, maxLength: 4 }),
    fc.array(kind, { maxLength: 2 }),
    fc.constantFrom('oneOf', 'oneOf', 'anyOf', 'if'),
    fc.constantFrom('oneOf', 'oneOf', 'anyOf', 'if'),
    fc.boolean(),
  )
  .map(([list, more, was, is, isTurned]) => {
    const pair: [JsonObject, JsonObject] = [kinds(was, list), kinds(is, [...list, ...more].reverse())]
    return isTurned ? [pair[1], pair[0]] : pair
  })

export const schemaPair = fc.oneof(
  { weight: 5, arbitrary: largePair },
  { weight: 5, arbitrary: nearPair },
  { weight: 2, arbitrary: kindsPair },
)

/** `a` with the `at`-th of its subschemas replaced. */
function changedAt(a: JsonObject, b: JsonObject, at: number): JsonObject {
  const { $defs: _, ...piece } = b
  const copy = structuredClone(a)
  const places: [JsonObject, string][] = []
  const visit = (value: Json) => {
    if (Array.isArray(value)) value.forEach(visit)
    else if (typeof value === 'object' && value !== null) {
      for (const [key, member] of Object.entries(value)) {
        const isSchemaLike = typeof member === 'object' && member !== null && !Array.isArray(member)
        if (isSchemaLike && ['items', 'not', 'contains', 'if', 'then', 'additionalProperties'].includes(key))
          places.push([value, key])
        if (isSchemaLike && key === 'properties')
          for (const name of Object.keys(member)) places.push([member as JsonObject, name])
        visit(member)
      }
    }
  }
  visit(copy)
  const place = places[at % Math.max(places.length, 1)]
  if (!place) return { ...copy, ...piece }
  place[0][place[1]] = piece
  return copy
}
