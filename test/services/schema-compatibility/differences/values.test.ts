import { expect, test } from '@jest/globals'
import { compared, testRows, text, whole } from './comparing.ts'

testRows([
  ['title changed', { title: 'a', ...text }, { title: 'b', ...text }, 'compatible', 'title_changed'],
  ['description changed', { description: 'a' }, { description: 'b' }, 'compatible', 'description_changed'],
  ['default changed', { default: 'a', ...text }, { default: 'b', ...text }, 'compatible', 'default_changed'],
  ['$id changed', { $id: 'urn:datarun:a.b:1' }, { $id: 'urn:datarun:a.b:2' }, 'compatible', 'id_changed'],

  ['type widened', text, { type: ['string', 'null'] }, 'compatible', 'type_extended'],
  ['integer becomes number', whole, { type: 'number' }, 'compatible', 'type_extended'],
  ['type narrowed', { type: ['string', 'null'] }, text, 'incompatible', 'type_narrowed'],
  ['number becomes integer', { type: 'number' }, whole, 'incompatible', 'type_narrowed'],
  ['type changed', text, whole, 'incompatible', 'type_changed'],

  ['pattern removed', { pattern: '^a' }, {}, 'compatible', 'pattern_removed'],
  ['pattern added', {}, { pattern: '^a' }, 'incompatible', 'pattern_added'],
  ['pattern changed', { pattern: '^a' }, { pattern: '^b' }, 'incompatible', 'pattern_changed'],
  ['pattern widened', { pattern: '^[A-Z]{2}$' }, { pattern: '^[A-Z]{2,3}$' }, 'compatible', 'pattern_changed'],

  ['enum widened', { enum: ['a'] }, { enum: ['a', 'b'] }, 'compatible', 'enum_array_extended'],
  ['enum narrowed', { enum: ['a', 'b'] }, { enum: ['a'] }, 'incompatible', 'enum_array_narrowed'],
  ['enum changed', { enum: ['a', 'b'] }, { enum: ['b', 'c'] }, 'incompatible', 'enum_array_changed'],
  ['const changed', { const: 1 }, { const: 2 }, 'incompatible', 'const_changed'],
])

test('format added or changed', () => {
  expect(compared(text, { ...text, format: 'date' }).verdict).toBe('incompatible')
  expect(compared({ format: 'date' }, { format: 'resident-id' }).verdict).toBe('incompatible')
  expect(compared({ format: 'date' }, {}).verdict).toBe('compatible')
  expect(compared({ format: 'date' }, { maxLength: 10 }).verdict).toBe('compatible')
})
