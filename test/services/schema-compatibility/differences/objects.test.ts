import { expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import { closed, compared, open, testRows, text, whole } from './comparing.ts'

testRows([
  [
    'required removed',
    open({ a: text }, { required: ['a'] }),
    open({ a: text }),
    'compatible',
    'required_attribute_removed',
  ],
  [
    'required added',
    open({ a: text }),
    open({ a: text }, { required: ['a'] }),
    'incompatible',
    'required_attribute_added',
  ],

  [
    'dependency array narrowed',
    { dependentRequired: { a: ['b', 'c'] } },
    { dependentRequired: { a: ['b'] } },
    'compatible',
    'dependency_array_narrowed',
  ],
  ['dependency array removed', { dependentRequired: { a: ['b'] } }, {}, 'compatible', 'dependency_array_removed'],
  ['dependency array added', {}, { dependentRequired: { a: ['b'] } }, 'incompatible', 'dependency_array_added'],
  [
    'dependency array extended',
    { dependentRequired: { a: ['b'] } },
    { dependentRequired: { a: ['b', 'c'] } },
    'incompatible',
    'dependency_array_extended',
  ],
  [
    'dependency schema removed',
    { dependentSchemas: { a: { required: ['b'] } } },
    {},
    'compatible',
    'dependency_schema_removed',
  ],
  [
    'dependency schema added',
    {},
    { dependentSchemas: { a: { required: ['b'] } } },
    'incompatible',
    'dependency_schema_added',
  ],

  [
    'dependency schema extended',
    { dependentSchemas: { a: { required: ['b'] } } },
    { dependentSchemas: { a: { required: ['b', 'c'] } } },
    'incompatible',
    'required_attribute_added',
  ],

  ['additionalProperties added', closed({ a: text }), open({ a: text }), 'compatible', 'additional_properties_added'],
  [
    'additionalProperties widened',
    open({ a: text }, { additionalProperties: whole }),
    open({ a: text }, { additionalProperties: { type: 'number' } }),
    'compatible',
    'type_extended',
  ],
  [
    'additionalProperties removed',
    open({ a: text }),
    closed({ a: text }),
    'incompatible',
    'additional_properties_removed',
  ],
  [
    'additionalProperties narrowed',
    open({ a: text }),
    open({ a: text }, { additionalProperties: text }),
    'incompatible',
    'additional_properties_narrowed',
  ],
  [
    'unevaluatedProperties added',
    open({ a: text }, { unevaluatedProperties: false }),
    open({ a: text }),
    'compatible',
    'unevaluated_properties_added',
  ],
  [
    'unevaluatedProperties removed',
    open({ a: text }),
    open({ a: text }, { unevaluatedProperties: false }),
    'incompatible',
    'unevaluated_properties_removed',
  ],
  [
    'unevaluatedProperties widened',
    { allOf: [open({ a: text })], unevaluatedProperties: text },
    { allOf: [open({ a: text })], unevaluatedProperties: { type: ['string', 'null'] } },
    'compatible',
    'type_extended',
  ],
  [
    'unevaluatedProperties narrowed',
    { allOf: [open({ a: text })], unevaluatedProperties: { type: ['string', 'null'] } },
    { allOf: [open({ a: text })], unevaluatedProperties: text },
    'incompatible',
    'type_narrowed',
  ],
])

test('propertyNames', () => {
  const names = (pattern: string) => ({ propertyNames: { pattern } })
  expect(compared(names('^[a-z]{1,9}$'), names('^[a-z]+$')).verdict).toBe('compatible')
  expect(compared(names('^[a-z]+$'), names('^[a-z]{1,9}$')).verdict).toBe('incompatible')
})

test('patternProperties changed by themselves', () => {
  const members = (schema: JsonObject, pattern = '^x-') => ({ patternProperties: { [pattern]: schema } })
  expect(compared(members(text), members(whole)).verdict).toBe('incompatible')
  expect(compared(members(whole), members({ type: 'number' })).verdict).toBe('compatible')
  expect(compared(members(text), members(text, '^y-')).verdict).toBe('incompatible')
  expect(compared(members(text, '^x'), members(text, '^x-')).verdict).toBe('compatible')
})
