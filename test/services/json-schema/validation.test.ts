import { describe, expect, test } from '@jest/globals'
import type { Json } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { compileSchema, mostViolations, type Validate } from '../../../services/json-schema/validation.ts'

function compiled(schema: unknown): Validate {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  return validate
}

describe('a record', () => {
  const schema = {
    type: 'object',
    properties: { name: { type: 'string', maxLength: 4 }, born: { format: 'date' }, more: { type: 'object' } },
    required: ['name'],
    additionalProperties: { type: 'string' },
  }
  const validate = compiled(schema)

  test('that fits has no violations', () => expect(validate({ name: '张三', born: '2000-02-29' })).toBeUndefined())

  test('that does not fit is told the place and the rule, never the value', () => {
    expect(validate({ name: 'Zhang San' })).toEqual([
      { pointer: '/name', keyword: 'maxLength', message: 'must NOT have more than 4 characters' },
    ])
    expect(validate({})?.[0]).toMatchObject({ pointer: '/name', keyword: 'required' })
    expect(validate({ name: 'x', born: '2001-02-29' })?.[0]).toMatchObject({ pointer: '/born', keyword: 'format' })
  })

  test('is taken as it is: no value is turned into another', () => {
    expect(validate({ name: 7 })?.[0]).toMatchObject({ keyword: 'type' })
  })

  test('gets nothing that a default offers, and loses nothing that the schema does not name (A5)', () => {
    const offering = compiled({
      properties: { kind: { type: 'string', default: 'x' }, list: { items: { properties: { a: { default: 1 } } } } },
    })
    const record = { more: 1, list: [{}] }
    expect(offering(record)).toBeUndefined()
    expect(record).toEqual({ more: 1, list: [{}] })
    expect(compiled({ properties: { kind: { default: 'x' } }, required: ['kind'] })({})?.[0]).toMatchObject({
      keyword: 'required',
    })
  })

  test('keeps names that only it knows to itself, for they may be personal', () => {
    expect(validate({ name: 'x', '11010519491231002X': 3 })?.[0]).toMatchObject({ pointer: '/*', keyword: 'type' })
    const closed = compiled({ additionalProperties: false })
    expect(closed({ 张三: 1 })?.[0]).toMatchObject({ pointer: '/*', keyword: 'additionalProperties' })
    expect(closed({ telephone: 1 })?.[0]).toMatchObject({ pointer: '/telephone' })
  })

  test('has all its violations reported in a dry run, in bounded number', () => {
    const report = (record: Json) => validate(record, mostViolations)
    expect(report({ born: 'x', a: 1, b: 2 })?.map(({ pointer }) => pointer)).toEqual(['/name', '/a', '/b', '/born'])
    const many = Object.fromEntries(Array.from({ length: 500 }, (_, i) => [`x${i}`, i]))
    expect(report(many)).toHaveLength(50)
  })

  test('with names of Object.prototype is judged by its own members alone', () => {
    const strict = compiled({ required: ['constructor', 'toString'], properties: { toString: { type: 'string' } } })
    expect(strict({})?.[0]).toMatchObject({ keyword: 'required' })
    expect(strict({ constructor: 1, toString: 'x' })).toBeUndefined()
    expect(strict({ constructor: 1, toString: 5 })?.[0]).toMatchObject({ pointer: '/toString', keyword: 'type' })
  })

  test('that makes the validator stumble is invalid, not an exception', () => {
    const tree = compiled({ type: 'object', properties: { next: { $ref: '#' } } })
    let deep: Json = {}
    for (let i = 0; i < 200_000; i += 1) deep = { next: deep }
    expect(tree(deep)).toEqual([{ pointer: '', keyword: 'depth', message: 'is nested too deeply' }])
    const equal = compiled({ const: { a: 1 } })
    expect(equal({ valueOf: 3 })?.[0]).toMatchObject({ keyword: expect.stringMatching(/const|depth/) })
  })
})

test('a pattern that would take for ever is matched in linear time (A3)', () => {
  const validate = compiled({ pattern: '^(a|a)*$' })
  expect(validate(`${'a'.repeat(50_000)}b`)?.[0]).toMatchObject({ keyword: 'pattern' })
})

test('two patterns of one schema are two patterns', () => {
  const validate = compiled({
    properties: { a: { pattern: '^a$' }, b: { pattern: '^b$' }, c: { pattern: '^\\p{Script=Han}$' } },
  })
  expect(validate({ a: 'a', b: 'b', c: '人' })).toBeUndefined()
  expect(validate({ a: 'a', b: 'a' })?.[0]).toMatchObject({ pointer: '/b' })
})

test('a schema that is refused says where and why', () => {
  expect(compileSchema({ properties: { a: { $async: true } } })).toEqual({
    failure: 'SCHEMA_REFUSED',
    detail: '/properties/a/$async is not accepted: it would make every record pass.',
    violations: [
      {
        pointer: '/properties/a/$async',
        keyword: '$async',
        message: 'is not accepted: it would make every record pass.',
      },
    ],
  })
})

test('amounts of money with two decimals are multiples of 0.01', () => {
  const validate = compiled({ multipleOf: 0.01 })
  expect([19.99, 0.07, 1234567.89].map(validate)).toEqual([undefined, undefined, undefined])
  expect(validate(0.005)?.[0]).toMatchObject({ keyword: 'multipleOf' })
})

test('unique items are told apart by what they are, in linear time', () => {
  const validate = compiled({ uniqueItems: true })
  expect(
    validate([1, '1', [1], { a: 1, b: 2 }, { b: 2 }, { toString: 1 }, { toString: 2 }, null, 'null']),
  ).toBeUndefined()
  expect(
    validate([
      { a: 1, b: 2 },
      { b: 2, a: 1 },
    ])?.[0],
  ).toMatchObject({ keyword: 'uniqueItems' })
  expect(validate(Array.from({ length: 50_000 }, (_, i) => ({ i })))).toBeUndefined()
})
