import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { compileSchema } from '../../../../../services/contract/validation.ts'
import { type Comparison, compare } from '../../../../../services/exchange/schema-registry/compatibility/compare.ts'
import {
  type DifferenceType,
  differenceTypes,
} from '../../../../../services/exchange/schema-registry/compatibility/difference-types.ts'
import type { Profile } from '../../../../../services/exchange/schema-registry/compatibility/profiles.ts'

const accepted = (schema: JsonObject, record: unknown) => {
  const validate = compileSchema(schema)
  if (isFailure(validate)) throw new Error(JSON.stringify(validate))
  return validate(record as never) === undefined
}

const typesOf = ({ differences }: Comparison) => differences.map(({ type }) => type)

/** Compared, and held to what the checker promises of its answer. */
function compared(old: JsonObject, next: JsonObject, profile: Profile = 'strict'): Comparison {
  const comparison = compare(old, next, profile)
  const examples = [comparison.counterExample, ...comparison.differences.map(({ counterExample }) => counterExample)]
  for (const example of examples) {
    if (!example) continue
    expect([accepted(old, example.record), accepted(next, example.record)]).toEqual([true, false])
    expect(example.rejectedBecause.length).toBeGreaterThan(0)
  }
  expect(comparison.counterExample !== undefined).toBe(comparison.verdict === 'incompatible')
  for (const { en, zh } of comparison.differences) expect([en, zh].join()).not.toMatch(/\{(was|is)\}/)
  return comparison
}

type Row = [change: string, old: JsonObject, next: JsonObject, verdict: Comparison['verdict'], type?: DifferenceType]

const text = { type: 'string' }
const whole = { type: 'integer' }
const closed = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({
  type: 'object',
  properties,
  additionalProperties: false,
  ...more,
})
const open = (properties: JsonObject, more: JsonObject = {}): JsonObject => ({ type: 'object', properties, ...more })
const tuple = (prefixItems: JsonObject['x'][], items: JsonObject['x']): JsonObject => ({
  type: 'array',
  prefixItems: prefixItems as never,
  items: items as never,
})

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

const rows: Row[] = [
  ['title changed', { title: 'a', ...text }, { title: 'b', ...text }, 'compatible', 'title_changed'],
  ['description changed', { description: 'a' }, { description: 'b' }, 'compatible', 'description_changed'],
  ['default changed', { default: 'a', ...text }, { default: 'b', ...text }, 'compatible', 'default_changed'],
  ['$id changed', { $id: 'urn:datarun:a.b:1' }, { $id: 'urn:datarun:a.b:2' }, 'compatible', 'id_changed'],

  ['type widened', text, { type: ['string', 'null'] }, 'compatible', 'type_extended'],
  ['integer becomes number', whole, { type: 'number' }, 'compatible', 'type_extended'],
  ['type narrowed', { type: ['string', 'null'] }, text, 'incompatible', 'type_narrowed'],
  ['number becomes integer', { type: 'number' }, whole, 'incompatible', 'type_narrowed'],
  ['type changed', text, whole, 'incompatible', 'type_changed'],

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

  ['pattern removed', { pattern: '^a' }, {}, 'compatible', 'pattern_removed'],
  ['pattern added', {}, { pattern: '^a' }, 'incompatible', 'pattern_added'],
  ['pattern changed', { pattern: '^a' }, { pattern: '^b' }, 'incompatible', 'pattern_changed'],
  ['pattern widened', { pattern: '^[A-Z]{2}$' }, { pattern: '^[A-Z]{2,3}$' }, 'compatible', 'pattern_changed'],

  ['multipleOf removed', { multipleOf: 2 }, {}, 'compatible', 'multiple_of_removed'],
  ['new multipleOf divides the old', { multipleOf: 4 }, { multipleOf: 2 }, 'compatible', 'multiple_of_reduced'],
  ['multipleOf added', {}, { multipleOf: 2 }, 'incompatible', 'multiple_of_added'],
  ['multipleOf expanded', { multipleOf: 2 }, { multipleOf: 4 }, 'incompatible', 'multiple_of_expanded'],
  ['multipleOf changed', { multipleOf: 2 }, { multipleOf: 3 }, 'incompatible', 'multiple_of_changed'],

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
    'unevaluatedProperties narrowed',
    { allOf: [open({ a: text })], unevaluatedProperties: { type: ['string', 'null'] } },
    { allOf: [open({ a: text })], unevaluatedProperties: text },
    'incompatible',
    'type_narrowed',
  ],
  ['additional items added', tuple([text], false), tuple([text], true), 'compatible', 'additional_items_added'],
  ['additional items removed', tuple([text], true), tuple([text], false), 'incompatible', 'additional_items_removed'],
  ['additional items narrowed', tuple([text], true), tuple([text], whole), 'incompatible', 'additional_items_narrowed'],
  ['additional items widened', tuple([text], whole), tuple([text], true), 'compatible', 'additional_items_extended'],

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

  [
    'item added to a closed list',
    tuple([text], false),
    tuple([text, whole], false),
    'compatible',
    'item_added_to_closed_content_model',
  ],
  [
    'item removed from an open list',
    tuple([text, whole], true),
    tuple([text], true),
    'compatible',
    'item_removed_from_open_content_model',
  ],
  [
    'item added to an open list',
    tuple([text], true),
    tuple([text, whole], true),
    'incompatible',
    'item_added_to_open_content_model',
  ],
  [
    'item removed from a closed list',
    tuple([text, whole], false),
    tuple([text], false),
    'incompatible',
    'item_removed_from_closed_content_model',
  ],
  [
    'item added and covered',
    tuple([text], whole),
    tuple([text, { type: 'number' }], whole),
    'compatible',
    'item_added_is_covered_by_partially_open_content_model',
  ],
  [
    'item removed and not covered',
    tuple([text, text], whole),
    tuple([text], whole),
    'incompatible',
    'item_removed_not_covered_by_partially_open_content_model',
  ],

  ['uniqueItems removed', { uniqueItems: true }, {}, 'compatible', 'unique_items_removed'],
  ['uniqueItems added', {}, { uniqueItems: true }, 'incompatible', 'unique_items_added'],

  ['enum widened', { enum: ['a'] }, { enum: ['a', 'b'] }, 'compatible', 'enum_array_extended'],
  ['enum narrowed', { enum: ['a', 'b'] }, { enum: ['a'] }, 'incompatible', 'enum_array_narrowed'],
  ['enum changed', { enum: ['a', 'b'] }, { enum: ['b', 'c'] }, 'incompatible', 'enum_array_changed'],
  ['const changed', { const: 1 }, { const: 2 }, 'incompatible', 'const_changed'],

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
]

describe('the table of changes (strict)', () => {
  test.each(rows)('%s', (_, old, next, verdict, type) => {
    const comparison = compared(old, next)
    expect(comparison.verdict).toBe(verdict)
    if (type) expect(typesOf(comparison)).toContain(type)
    const effects = comparison.differences.filter(one => !type || one.type === type).map(({ effect }) => effect)
    expect(new Set(effects)).toEqual(new Set([verdict === 'compatible' ? 'none' : 'breaks']))
  })
})

describe('what other registries do not see', () => {
  test('format added or changed', () => {
    expect(compared(text, { ...text, format: 'date' }).verdict).toBe('incompatible')
    expect(compared({ format: 'date' }, { format: 'resident-id' }).verdict).toBe('incompatible')
    expect(compared({ format: 'date' }, {}).verdict).toBe('compatible')
    expect(compared({ format: 'date' }, { maxLength: 10 }).verdict).toBe('compatible')
  })

  test('propertyNames and the schema under contains', () => {
    const names = (pattern: string) => ({ propertyNames: { pattern } })
    expect(compared(names('^[a-z]{1,9}$'), names('^[a-z]+$')).verdict).toBe('compatible')
    expect(compared(names('^[a-z]+$'), names('^[a-z]{1,9}$')).verdict).toBe('incompatible')
    expect(compared({ contains: whole }, { contains: { type: 'number' } }).verdict).toBe('compatible')
    expect(compared({ contains: { type: 'number' } }, { contains: whole }).verdict).toBe('incompatible')
  })

  test('patternProperties changed by themselves', () => {
    const members = (schema: JsonObject, pattern = '^x-') => ({ patternProperties: { [pattern]: schema } })
    expect(compared(members(text), members(whole)).verdict).toBe('incompatible')
    expect(compared(members(whole), members({ type: 'number' })).verdict).toBe('compatible')
    expect(compared(members(text), members(text, '^y-')).verdict).toBe('incompatible')
    expect(compared(members(text, '^x'), members(text, '^x-')).verdict).toBe('compatible')
  })

  test('if, then and else', () => {
    const when = (then: JsonObject, condition: JsonObject = { required: ['a'] }) => ({ if: condition, then })
    expect(compared(when({ required: ['b'] }), when({ required: ['c'] })).verdict).toBe('incompatible')
    expect(compared(when({ required: ['b', 'c'] }), when({ required: ['b'] })).verdict).toBe('compatible')
    expect(compared(when({ required: ['b'] }), when({ required: ['b'] }, { required: ['a', 'd'] })).verdict).toBe(
      'compatible',
    )
    expect(compared({}, when({ required: ['b'] })).verdict).toBe('incompatible')
  })

  test('a new branch of oneOf that overlaps an old one makes old records match twice', () => {
    const old = { oneOf: [whole, text] }
    const { verdict, counterExample } = compared(old, { oneOf: [whole, text, { type: 'integer', minimum: 0 }] })
    expect(verdict).toBe('incompatible')
    expect(accepted(old, counterExample?.record)).toBe(true)
  })

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
})

describe('the lenient profile allows what a closed writer and an open reader can do', () => {
  const withDefault = { ...text, default: 'x' }
  const lenientRows: Row[] = [
    ['additionalProperties removed', open({ a: text }), closed({ a: text }), 'compatible'],
    [
      'additionalProperties narrowed',
      open({ a: text }),
      open({ a: text }, { additionalProperties: whole }),
      'compatible',
    ],
    [
      'unevaluatedProperties removed',
      open({ a: text }),
      open({ a: text }, { unevaluatedProperties: false }),
      'compatible',
    ],
    ['optional property added to an open model', open({ a: text }), open({ a: text, b: text }), 'compatible'],
    [
      'required property with default added to an open model',
      open({ a: text }),
      open({ a: text, b: withDefault }, { required: ['b'] }),
      'compatible',
    ],
    [
      'required property added to an open model',
      open({ a: text }),
      open({ a: text, b: text }, { required: ['b'] }),
      'incompatible',
    ],
    ['property removed from a closed model', closed({ a: text, b: text }), closed({ a: text }), 'compatible'],
    [
      'property added that a partially open model does not cover',
      open({ a: text }, { additionalProperties: whole }),
      open({ a: text, b: text }, { additionalProperties: whole }),
      'compatible',
    ],
    ['type of a named property changed', open({ a: text }), open({ a: whole }), 'incompatible'],
    [
      'nested optional property added',
      open({ a: open({ b: text }) }),
      open({ a: open({ b: text, c: text }) }),
      'compatible',
    ],
    [
      'optional property added behind a reference',
      { properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: open({ b: text }) } },
      { properties: { a: { $ref: '#/$defs/p' } }, $defs: { p: open({ b: text, c: text }) } },
      'compatible',
    ],
    ['limit lowered', open({ a: { maxLength: 4 } }), open({ a: { maxLength: 3 }, b: text }), 'incompatible'],
  ]
  test.each(lenientRows)('%s', (_, old, next, verdict) => expect(compared(old, next, 'lenient').verdict).toBe(verdict))
})

describe('references, recursion and combinations', () => {
  const tree = (value: JsonObject): JsonObject => ({
    $ref: '#/$defs/node',
    $defs: {
      node: open({ value, children: { type: 'array', items: { $ref: '#/$defs/node' } } }, { required: ['value'] }),
    },
  })
  test('a change deep in a recursion is found, and told where it stands', () => {
    const { verdict, differences } = compared(tree({ maxLength: 9 }), tree({ maxLength: 5 }))
    expect(verdict).toBe('incompatible')
    expect(differences).toMatchObject([
      { type: 'max_length_decreased', newPointer: '/$defs/node/properties/value/maxLength', effect: 'breaks' },
    ])
    expect(compared(tree({ maxLength: 5 }), tree({ maxLength: 9 })).verdict).toBe('compatible')
  })

  test('the same schema written with and without references is the same', () => {
    const written = open({ a: { $ref: '#/$defs/t' } }, { $defs: { t: text } })
    expect(compared(written, open({ a: text })).verdict).toBe('compatible')
    expect(compared(open({ a: text }), written).verdict).toBe('compatible')
  })

  test('moving a demand from one keyword to another is not a break', () => {
    expect(compared({ enum: [1, 2, 3] }, { type: 'integer', minimum: 1, maximum: 3 }).verdict).toBe('compatible')
    expect(compared({ type: 'integer', minimum: 1, maximum: 3 }, { enum: [1, 2, 3] }).verdict).toBe('compatible')
    expect(compared({ oneOf: [text, whole] }, { type: ['string', 'integer'] }).verdict).toBe('compatible')
    expect(compared({ not: { not: text } }, text).verdict).toBe('compatible')
  })

  test('a recursion that can never end accepts nothing, so that anything may follow it', () => {
    const endless = open({ next: { $ref: '#' } }, { required: ['next'] })
    expect(compared(endless, { ...endless, properties: { next: { $ref: '#' }, a: text } }).verdict).toBe('compatible')
  })

  test('what the checker cannot tell it does not wave through', () => {
    const inner = { pattern: '^(?:a|b\\b)c' }
    expect(compared(inner, { pattern: '^(?:a|b\\b)c|^(?:a|b\\b)cd' })).toMatchObject({ verdict: 'undecided' })
  })
})

test('several differences are judged one by one', () => {
  const old = closed({ name: { ...text, maxLength: 20 }, sex: { enum: ['1', '2'] }, born: text })
  const next = closed({
    name: { ...text, maxLength: 10 },
    sex: { enum: ['1', '2', '9'] },
    born: { ...text, format: 'date' },
  })
  const { differences } = compared(old, next)
  expect(differences.map(({ type, effect }) => [type, effect])).toEqual([
    ['max_length_decreased', 'breaks'],
    ['enum_array_extended', 'none'],
    ['format_added', 'breaks'],
  ])
  expect(differences.map(({ counterExample }) => counterExample?.record)).toEqual([
    { name: expect.any(String) },
    undefined,
    { born: expect.any(String) },
  ])
})

test('the list of difference types is closed and says everything in both languages', () => {
  expect(differenceTypes.length).toBeGreaterThan(100)
  expect(new Set(differenceTypes).size).toBe(differenceTypes.length)
})
