/**
 * Keeps out: a converted schema that judges a record otherwise than the draft in which it was written. Tried with another validator
 * (@hyperjump/json-schema), on keywords of every draft in schemas of every draft.
 */
import * as draft04 from '@hyperjump/json-schema/draft-04'
import * as draft06 from '@hyperjump/json-schema/draft-06'
import * as draft07 from '@hyperjump/json-schema/draft-07'
import * as draft2019 from '@hyperjump/json-schema/draft-2019-09'
import { beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { convertedIfTaken } from '../../../services/json-schema/convert-schema.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

const drafts = [
  ['http://json-schema.org/draft-04/schema#', draft04],
  ['http://json-schema.org/draft-06/schema#', draft06],
  ['http://json-schema.org/draft-07/schema#', draft07],
  ['https://json-schema.org/draft/2019-09/schema', draft2019],
] as const

const scalars: Json[] = ['x', 'yy', 0, 1, 2, 1.5, null, true]
const records: Json[] = [
  ...scalars,
  ...[[], ['x'], [1, 'x'], ['x', 1, 2]],
  ...[{}, { a: 1 }, { a: 'x' }, { b: 'x' }, { a: 'x', b: 1 }, { a: 1, b: 'x', c: null }, { c: 1 }, { a: { a: 1 } }],
]

const leaf = fc.constantFrom<JsonObject>(
  { type: 'string' },
  { type: ['number', 'null'] },
  { type: 'object' },
  { enum: ['x', 1] },
  { minimum: 1 },
  { maxLength: 1 },
  { required: ['a'] },
)
/** Without `dependencies`, of which 2019-09 leaves open whether it asserts anything. */
const pieces = (part: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc.oneof(
    ...['not', 'items', 'contains', 'propertyNames', 'additionalProperties'].map(keyword =>
      part.map((one): JsonObject => ({ [keyword]: one })),
    ),
    ...['allOf', 'anyOf', 'oneOf', 'items', 'prefixItems'].map(keyword =>
      fc.array(part, { minLength: 1, maxLength: 2 }).map((list): JsonObject => ({ [keyword]: list })),
    ),
    ...['properties', 'dependentSchemas'].map(keyword =>
      fc.tuple(part, part).map(([a, b]): JsonObject => ({ [keyword]: { a, b } })),
    ),
    fc.tuple(part, part, part).map(([one, yes, no]): JsonObject => ({ if: one, then: yes, else: no })),
    fc.tuple(part, part).map(([one, rest]): JsonObject => ({ items: [one], additionalItems: rest })),
    fc.tuple(part, fc.constantFrom(0, 2)).map(([one, least]): JsonObject => ({ contains: one, minContains: least })),
    fc.constantFrom<JsonObject>(
      { const: 'x' },
      { dependentRequired: { a: ['b'] } },
      { unevaluatedProperties: false },
      { additionalItems: false },
      { divisibleBy: 2 },
      { type: 'string', nullable: true },
      { $ref: '#/definitions/d', maxLength: 1 },
    ),
  )
const several = (part: fc.Arbitrary<JsonObject>): fc.Arbitrary<JsonObject> =>
  fc.array(pieces(part), { minLength: 1, maxLength: 3 }).map(parts => Object.assign({}, ...parts))
const schema = fc
  .tuple(several(fc.oneof(leaf, several(leaf))), leaf)
  // The other validator drops what stands beside a reference, definitions too: at the root stands none.
  .map(([rules, d]): JsonObject => ({ allOf: [rules], definitions: { d } }))

/** jest's own makes objects of another realm, which the other validator does not take for JSON. */
beforeAll(() => {
  globalThis.structuredClone = <T>(value: T): T => JSON.parse(JSON.stringify(value))
})

test('a converted schema takes the records that its own draft takes, and no others', async () => {
  let taken = 0
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...drafts),
      schema,
      async ([$schema, { registerSchema, unregisterSchema, validate }], rules) => {
        const converted = convertedIfTaken({ ...rules, $schema })
        if (!converted) return
        taken += 1
        const own = compileSchema(converted)
        if (isFailure(own)) throw new Error('the guard lets through what ajv refuses')
        const uri = `https://datarun.example/${taken}`
        registerSchema({ ...rules, $schema }, uri)
        try {
          const theirs = await validate(uri)
          expect(records.filter(one => (own(one) === undefined) !== theirs(one).valid)).toEqual([])
        } finally {
          unregisterSchema(uri)
        }
      },
    ),
    { numRuns: 600 },
  )
  expect(taken).toBeGreaterThan(300)
})
