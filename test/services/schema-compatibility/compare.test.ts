import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { differenceTypes } from '../../../services/schema-compatibility/difference-types.ts'
import { closed, compared, open, text, whole } from './differences/comparing.ts'

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

  test('a field of resident ids may come to hold the ids of all persons, and not the other way', () => {
    const residents = { type: 'string', format: 'resident-id', maxLength: 18 }
    const persons = { type: 'string', format: 'person-id', maxLength: 35 }
    expect(compared(closed({ holder: residents }), closed({ holder: persons })).verdict).toBe('compatible')
    expect(compared(closed({ holder: persons }), closed({ holder: residents })).verdict).toBe('incompatible')
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
