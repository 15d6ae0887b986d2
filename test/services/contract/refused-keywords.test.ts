/** What ajv itself answers wrongly, and that the hub either refuses the keyword or decides it right. */
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { refusedKeywords } from '../../../services/contract/refused-keywords.ts'
import { checkSchema } from '../../../services/contract/schema-guard.ts'
import { compileSchema } from '../../../services/contract/validation.ts'

const byAjv = (schema: JsonObject, record: Json) => new Ajv2020({ strict: false }).compile(schema)(record)

function byHub(schema: JsonObject, record: Json): boolean {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  return validate(record) === undefined
}

describe('decided here, because ajv decides it wrongly', () => {
  const cases: [name: string, schema: JsonObject, record: Json, right: boolean][] = [
    ['19.99 is a multiple of 0.01', { multipleOf: 0.01 }, 19.99, true],
    [
      'a short list must contain what it must',
      { prefixItems: [{ minimum: 1 }], contains: { type: 'string' } },
      [],
      false,
    ],
    [
      'an empty list contains nothing, whatever the list before it contained',
      { patternProperties: { b$: { contains: { minProperties: 0 } } } },
      { b: [1], ab: [] },
      false,
    ],
    [
      'what only some records evaluate does not make the validator stumble',
      {
        anyOf: [{ maxProperties: 4 }, { properties: { a: { type: 'boolean' } } }],
        patternProperties: { '\\d': { type: 'number' } },
      },
      { 'x-1': 1, a: {} },
      true,
    ],
    ['names of Object.prototype are names like any other', { required: ['toString'] }, {}, false],
  ]
  test.each(cases)('%s', (_, schema, record, right) => expect(byHub(schema, record)).toBe(right))
  test.each(cases)('ajv still gets wrong: %s', (_, schema, record, right) => {
    let answer: unknown
    try {
      answer = byAjv(schema, record)
    } catch (error) {
      answer = error
    }
    expect(answer).not.toBe(right)
  })
})

describe('refused, with the way out', () => {
  test.each([...refusedKeywords])('%s', (keyword, message) => {
    expect(checkSchema({ properties: { a: { [keyword]: {} } } })).toContainEqual({
      pointer: `/properties/a/${keyword}`,
      keyword,
      message,
    })
  })

  test('unevaluatedProperties where the record has a say in what is evaluated', () => {
    const unsure = { anyOf: [{ properties: { a: true } }], unevaluatedProperties: false }
    expect(checkSchema(unsure)).toMatchObject([{ pointer: '/unevaluatedProperties', keyword: 'unevaluatedProperties' }])
    const sure = { allOf: [{ properties: { a: true } }], properties: { b: true }, unevaluatedProperties: false }
    expect(checkSchema(sure)).toEqual([])
    expect([byHub(sure, { a: 1, b: 1 }), byHub(sure, { c: 1 })]).toEqual([true, false])
  })
})
