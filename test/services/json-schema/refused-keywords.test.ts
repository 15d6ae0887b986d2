/** Keywords that ajv itself answers wrongly: the hub refuses each or decides it right. */
import { describe, expect, test } from '@jest/globals'
import { Ajv2020 } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { refusedKeywords } from '../../../services/json-schema/refused-keywords.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

type Case = [name: string, schema: JsonObject, record: Json, right: boolean]

/** ajv's answer with its defaults; an exception is an answer too. */
function byAjv(schema: JsonObject, record: Json): unknown {
  try {
    return new Ajv2020({ strict: false, logger: false }).compile(schema)(record)
  } catch (error) {
    return error
  }
}

function byHub(schema: JsonObject, record: Json): boolean {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  return validate(record) === undefined
}

describe('decided here, because ajv decides it wrongly', () => {
  const cases: Case[] = [
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
  test.each(cases)('ajv still gets wrong: %s', (_, schema, record, right) =>
    expect(byAjv(schema, record)).not.toBe(right),
  )
})

describe('refused, because ajv decides it wrongly', () => {
  const cases: Case[] = [
    [
      '$dynamicRef to an anchor below, without any scope to change it',
      { items: { $dynamicRef: '#whole' }, $defs: { whole: { $dynamicAnchor: 'whole', type: 'integer' } } },
      ['not whole'],
      false,
    ],
    [
      '$dynamicRef of a record as small as can be, which overflows the stack',
      {
        $dynamicAnchor: 'root',
        $dynamicRef: '#text',
        $defs: { text: { $dynamicAnchor: 'text', type: 'string' } },
      },
      'a',
      true,
    ],
    [
      'unevaluatedItems beside contains: only what contains has matched is evaluated',
      { contains: { type: 'string' }, unevaluatedItems: false },
      ['a', 1],
      false,
    ],
    [
      'unevaluatedItems beside an if without then: the items of a true if are evaluated',
      { if: { prefixItems: [{ const: 'a' }] }, unevaluatedItems: false },
      ['a'],
      true,
    ],
    [
      'unevaluatedProperties beside an if that is false and has no then',
      {
        if: { properties: { a: { const: 1 } }, required: ['a'] },
        else: { properties: { b: true } },
        unevaluatedProperties: false,
      },
      { a: 2, b: 1 },
      false,
    ],
  ]
  test.each(cases)('%s', (_, schema) => expect(checkSchema(schema)).not.toEqual([]))
  test.each(cases)('ajv still gets wrong: %s', (_, schema, record, right) =>
    expect(byAjv(schema, record)).not.toBe(right),
  )
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
