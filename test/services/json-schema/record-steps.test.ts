/**
 * One record could take all of the hub's memory, again after each start: 100,000 items against a hundred choices are 40 million
 * errors, 10 GB. Work on a record is bounded whatever its schema is made of, and far from the bound for honest ones.
 */
import { expect, test } from '@jest/globals'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

const hundred = Array.from({ length: 100 }, (_, at) => at)
const list = (items: JsonObject): JsonObject => ({ type: 'array', items })
const choice = (at: number) => ({ type: 'string', const: `a${at}`, minLength: 5 })
const names = Array.from({ length: 2_000 }, (_, at) => `name${at}`)

test.each<[string, JsonObject, Json]>([
  ['choices', list({ anyOf: hundred.map(choice) }), 1],
  ['one of several', list({ oneOf: hundred.map(choice) }), 'x'],
  ['all of several', list({ allOf: hundred.map(choice) }), 1],
  ['members that are missing', list({ required: names }), {}],
  ['members that go with another', list({ dependentRequired: { a: names } }), { a: 1 }],
  ['names of members', list({ propertyNames: { anyOf: hundred.map(choice) } }), { a: 1 }],
  ['conditions', list({ if: { anyOf: hundred.map(choice) }, else: { anyOf: hundred.map(choice) } }), 1],
  ['unevaluated members', list({ unevaluatedProperties: { allOf: hundred.map(choice) } }), { a: 1 }],
])('a record is refused before it is too much work: %s', (_, schema, item) => {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  const start = performance.now()
  expect(validate(Array.from({ length: 100_000 }, () => item))).toMatchObject([{ pointer: '', keyword: 'size' }])
  expect(performance.now() - start).toBeLessThan(10_000)
  expect(validate([item])?.[0]?.keyword).not.toBe('size')
})

test('an honest record as large as a message may be is far from the bound, time after time', () => {
  const person = {
    type: 'object',
    properties: {
      id: { type: 'string', pattern: '^[0-9]{17}[0-9X]$' },
      name: { type: 'string', minLength: 1, maxLength: 100, pattern: '^\\S(.*\\S)?$' },
      born: { type: 'string', format: 'date' },
      kind: { enum: ['a', 'b', 'c', null] },
    },
    required: ['id', 'name'],
    additionalProperties: false,
  }
  const validate = compileSchema(list(person))
  if (isFailure(validate)) throw new Error(validate.failure)
  const one = { id: '11010519491231002X', name: '欧阳 雅婷', born: '1949-12-31', kind: 'a' }
  const record = Array.from({ length: 10_000 }, () => one)
  for (let time = 0; time < 3; time += 1) expect(validate(record)).toBeUndefined()
})
