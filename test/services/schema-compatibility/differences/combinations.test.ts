import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import { accepted, compared, testRows, text, whole } from './comparing.ts'

testRows([
  ['anyOf branch added', { anyOf: [text] }, { anyOf: [text, whole] }, 'compatible', 'sum_type_extended'],
  [
    'oneOf branch apart from the others added',
    { oneOf: [text] },
    { oneOf: [text, whole] },
    'compatible',
    'sum_type_extended',
  ],
  ['anyOf branch removed', { anyOf: [text, whole] }, { anyOf: [text] }, 'incompatible', 'sum_type_narrowed'],
  ['oneOf branch removed', { oneOf: [text, whole] }, { oneOf: [text] }, 'incompatible', 'sum_type_narrowed'],
  [
    'allOf branch removed',
    { allOf: [{ minLength: 1 }, text] },
    { allOf: [text] },
    'compatible',
    'product_type_narrowed',
  ],
  [
    'allOf branch added',
    { allOf: [text] },
    { allOf: [{ minLength: 1 }, text] },
    'incompatible',
    'product_type_extended',
  ],
  ['not narrowed', { not: text }, { not: { type: 'string', minLength: 2 } }, 'compatible', 'not_type_narrowed'],
  ['not widened', { not: { type: 'string', minLength: 2 } }, { not: text }, 'incompatible', 'not_type_extended'],
])

test('if, then and else', () => {
  const when = (then: JsonObject, condition: JsonObject = { required: ['a'] }) => ({ if: condition, then })
  expect(compared(when({ required: ['b'] }), when({ required: ['c'] })).verdict).toBe('incompatible')
  expect(compared(when({ required: ['b', 'c'] }), when({ required: ['b'] })).verdict).toBe('compatible')
  expect(compared(when({ required: ['b'] }), when({ required: ['b'] }, { required: ['a', 'd'] })).verdict).toBe(
    'compatible',
  )
  expect(compared({}, when({ required: ['b'] })).verdict).toBe('incompatible')
  expect(compared(when({ required: ['b'] }), {}).verdict).toBe('compatible')
})

test('a new branch of oneOf that overlaps an old one makes old records match twice', () => {
  const old = { oneOf: [whole, text] }
  const { verdict, counterExample } = compared(old, { oneOf: [whole, text, { type: 'integer', minimum: 0 }] })
  expect(verdict).toBe('incompatible')
  expect(accepted(old, counterExample?.record)).toBe(true)
})
