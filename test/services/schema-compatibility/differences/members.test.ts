import { expect, test } from '@jest/globals'
import { closed, compared, open, testRows, text, typesOf, whole } from './comparing.ts'

testRows([
  [
    'optional property added to a closed model',
    closed({ a: text }),
    closed({ a: text, b: text }),
    'compatible',
    'optional_property_added_to_unopen_content_model',
  ],
  [
    'required property without default added to a closed model',
    closed({ a: text }),
    closed({ a: text, b: text }, { required: ['b'] }),
    'incompatible',
    'required_property_added_to_unopen_content_model',
  ],
  [
    'property added to an open model',
    open({ a: text }),
    open({ a: text, b: text }),
    'incompatible',
    'property_added_to_open_content_model',
  ],
  [
    'property that may be anything added to an open model',
    open({ a: text }),
    open({ a: text, b: true, c: { title: 'anything' } }),
    'compatible',
    'property_with_empty_schema_added_to_open_content_model',
  ],
  [
    'property removed from an open model',
    open({ a: text, b: text }),
    open({ a: text }),
    'compatible',
    'property_removed_from_open_content_model',
  ],
  [
    'property removed from a closed model',
    closed({ a: text, b: text }),
    closed({ a: text }),
    'incompatible',
    'property_removed_from_closed_content_model',
  ],
  [
    'property that was false removed from a closed model',
    closed({ a: text, b: false }),
    closed({ a: text }),
    'compatible',
    'property_with_false_removed_from_closed_content_model',
  ],
  [
    'property added and covered by a partially open model',
    open({}, { additionalProperties: whole }),
    open({ b: { type: 'number' } }, { additionalProperties: whole }),
    'compatible',
    'property_added_is_covered_by_partially_open_content_model',
  ],
  [
    'property added and not covered by a partially open model',
    open({}, { patternProperties: { '^b': whole } }),
    open({ b: text }, { patternProperties: { '^b': whole } }),
    'incompatible',
    'property_added_not_covered_by_partially_open_content_model',
  ],
  [
    'property removed and covered by a partially open model',
    open({ b: whole }, { additionalProperties: { type: 'number' } }),
    open({}, { additionalProperties: { type: 'number' } }),
    'compatible',
    'property_removed_is_covered_by_partially_open_content_model',
  ],
  [
    'property removed and not covered by a partially open model',
    open({ b: text }, { additionalProperties: whole }),
    open({}, { additionalProperties: whole }),
    'incompatible',
    'property_removed_not_covered_by_partially_open_content_model',
  ],
])

test('a default does not make a newly required member harmless: nobody fills it in', () => {
  const withDefault = { ...text, default: 'x' }
  const { verdict, differences } = compared(closed({}), closed({ a: withDefault }, { required: ['a'] }))
  expect(verdict).toBe('incompatible')
  expect(differences[0]).toMatchObject({
    type: 'required_property_with_default_added_to_unopen_content_model',
    effect: 'breaks',
  })
  const optional = open({ a: withDefault })
  expect(typesOf(compared(optional, { ...optional, required: ['a'] }))).toEqual([
    'required_attribute_with_default_added',
  ])
})
