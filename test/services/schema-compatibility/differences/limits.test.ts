import type { JsonObject } from '../../../../services/contract/canonical-json.ts'
import { type Row, testRows, whole } from './comparing.ts'

/** A limit that may be lowered (`min…`) or raised (`max…`) freely. */
const limitRows = (keyword: string, name: string, isUpper: boolean, more: JsonObject = {}): Row[] => {
  const [low, high] = [
    { ...more, [keyword]: 2 },
    { ...more, [keyword]: 4 },
  ]
  const harmless = isUpper ? 'increased' : 'decreased'
  const harmful = isUpper ? 'decreased' : 'increased'
  return [
    [
      `${keyword} ${harmless}`,
      isUpper ? low : high,
      isUpper ? high : low,
      'compatible',
      `${name}_${harmless}` as never,
    ],
    [
      `${keyword} ${harmful}`,
      isUpper ? high : low,
      isUpper ? low : high,
      'incompatible',
      `${name}_${harmful}` as never,
    ],
    [`${keyword} removed`, low, more, 'compatible', `${name}_removed` as never],
    [`${keyword} added`, more, low, 'incompatible', `${name}_added` as never],
  ]
}

testRows([
  ...limitRows('maxLength', 'max_length', true),
  ...limitRows('maximum', 'maximum', true),
  ...limitRows('exclusiveMaximum', 'exclusive_maximum', true),
  ...limitRows('maxItems', 'max_items', true),
  ...limitRows('maxProperties', 'max_properties', true),
  ...limitRows('maxContains', 'max_contains', true, { contains: whole }),
  ...limitRows('minLength', 'min_length', false),
  ...limitRows('minimum', 'minimum', false),
  ...limitRows('exclusiveMinimum', 'exclusive_minimum', false),
  ...limitRows('minItems', 'min_items', false),
  ...limitRows('minProperties', 'min_properties', false),
  ...limitRows('minContains', 'min_contains', false, { contains: whole }),

  ['multipleOf removed', { multipleOf: 2 }, {}, 'compatible', 'multiple_of_removed'],
  ['new multipleOf divides the old', { multipleOf: 4 }, { multipleOf: 2 }, 'compatible', 'multiple_of_reduced'],
  ['multipleOf added', {}, { multipleOf: 2 }, 'incompatible', 'multiple_of_added'],
  ['multipleOf expanded', { multipleOf: 2 }, { multipleOf: 4 }, 'incompatible', 'multiple_of_expanded'],
  ['multipleOf changed', { multipleOf: 2 }, { multipleOf: 3 }, 'incompatible', 'multiple_of_changed'],
])
