/**
 * Kinds told apart by a constant: several sorts of records, or of members, in one dataset. Any number of them may grow by
 * one, stand in any order and be written in any of the usual ways; whether records are lost is always told.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import type { Json, JsonObject } from '../../../services/contract/canonical-json.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compare } from '../../../services/schema-compatibility/compare.ts'
import { profiles } from '../../../services/schema-compatibility/profiles.ts'

const text = { type: 'string' }
/** A kind: its constant, and whether a member is added to what it may, or must, have. */
type Kind = { at: number; may?: boolean; must?: boolean }
type Writing = (kinds: Kind[]) => JsonObject

const bodyOf = ({ at, may, must }: Kind, tag: Json) => ({
  properties: { kind: tag, [`f${at}`]: { type: 'string', maxLength: 20 }, ...((may || must) && { more: text }) },
  required: ['kind', `f${at}`, ...(must ? ['more'] : [])],
})
const closed = (kind: Kind, tag: Json): JsonObject => ({
  type: 'object',
  ...bodyOf(kind, tag),
  additionalProperties: false,
})
const constant = ({ at }: Kind): Json => ({ const: `k${at}` })
const condition = (kind: Kind): JsonObject => ({ properties: { kind: constant(kind) }, required: ['kind'] })

const writings: Record<string, Writing> = {
  oneOf: kinds => ({ oneOf: kinds.map(kind => closed(kind, constant(kind))) }),
  anyOf: kinds => ({ anyOf: kinds.map(kind => closed(kind, constant(kind))) }),
  'oneOf, by an enum of two': kinds => ({
    oneOf: kinds.map(kind => closed(kind, { enum: [`k${kind.at}`, `old-k${kind.at}`] })),
  }),
  'oneOf, by a number': kinds => ({ oneOf: kinds.map(kind => closed(kind, { const: kind.at })) }),
  'oneOf a member': kinds => ({
    type: 'object',
    properties: { v: { oneOf: kinds.map(kind => closed(kind, constant(kind))) } },
    additionalProperties: false,
  }),
  'oneOf, beside null': kinds => ({
    properties: { v: { oneOf: [{ type: 'null' }, ...kinds.map(kind => closed(kind, constant(kind)))] } },
    required: ['v'],
  }),
  'oneOf references with a common base': kinds => ({
    $defs: {
      base: { type: 'object', properties: { kind: text, id: text }, required: ['kind', 'id'] },
      ...Object.fromEntries(
        kinds.map(kind => [
          `K${kind.at}`,
          { allOf: [{ $ref: '#/$defs/base' }, bodyOf(kind, constant(kind))], unevaluatedProperties: false },
        ]),
      ),
    },
    oneOf: kinds.map(({ at }) => ({ $ref: `#/$defs/K${at}` })),
  }),
  'oneOf, by a constant in a header': kinds => ({
    oneOf: kinds.map(({ at, may, must }) => ({
      type: 'object',
      properties: {
        header: { type: 'object', properties: { kind: { const: `k${at}` } }, required: ['kind'] },
        ...((may || must) && { more: text }),
      },
      required: ['header', ...(must ? ['more'] : [])],
      additionalProperties: false,
    })),
  }),
  'if and then': kinds => ({
    type: 'object',
    properties: {
      kind: { enum: kinds.map(({ at }) => `k${at}`) },
      ...Object.fromEntries(kinds.map(({ at }) => [`f${at}`, text])),
      more: text,
    },
    required: ['kind'],
    additionalProperties: false,
    allOf: kinds.map(kind => ({
      if: condition(kind),
      then: { required: [`f${kind.at}`, ...(kind.must ? ['more'] : [])] },
    })),
  }),
}

const numbers = (count: number): Kind[] => Array.from({ length: count }, (_, at) => ({ at }))
const shuffled = (kinds: Kind[]) => fc.shuffledSubarray(kinds, { minLength: kinds.length, maxLength: kinds.length })
const verdictOf = (write: Writing, old: Kind[], next: Kind[], profile: (typeof profiles)[number]) => {
  const [writer, reader] = [write(old), write(next)]
  expect([writer, reader].flatMap(one => checkSchema(one))).toEqual([])
  return compare(writer, reader, profile, 'unless-compatible').verdict
}

describe.each(Object.entries(writings))('%s', (name, write) => {
  test.each(profiles)('kinds in any order and number, one of them changed: always told (%s)', profile => {
    const property = fc
      .tuple(fc.integer({ min: 2, max: 40 }), fc.nat(), fc.constantFrom('grow', 'shrink', 'loosen', 'tighten'))
      .chain(([count, at, change]) => {
        const kinds = numbers(count)
        const changed = kinds.map((kind, i) => (i === at % count ? { ...kind, [change]: true } : kind))
        const after = {
          grow: numbers(count + 1),
          shrink: kinds.filter((_, i) => i !== at % count),
          loosen: changed.map(({ at: one, ...rest }) => ({ at: one, may: 'loosen' in rest })),
          tighten: changed.map(({ at: one, ...rest }) => ({ at: one, must: 'tighten' in rest })),
        }[change]
        return fc.tuple(fc.constant(change), shuffled(kinds), shuffled(after))
      })
    fc.assert(
      fc.property(property, ([change, old, next]) => {
        const isKept = change === 'grow' || change === 'loosen'
        expect([change, verdictOf(write, old, next, profile)]).toEqual([change, isKept ? 'compatible' : 'incompatible'])
      }),
      { numRuns: 12 },
    )
  })

  test('as many as a schema may hold', () => {
    const most = name === 'oneOf, beside null' ? 98 : 99
    expect(verdictOf(write, numbers(most), numbers(most + 1), 'strict')).toBe('compatible')
    expect(verdictOf(write, numbers(most + 1), numbers(most), 'strict')).toBe('incompatible')
  })
})

test.each<[string, (at: number) => JsonObject]>([
  ['a constant that need not be there', at => ({ properties: { kind: { const: `k${at}` } }, required: [`f${at}`] })],
  [
    'a constant of a header that may be a text',
    at => ({
      properties: { header: { properties: { kind: { const: `k${at}` } }, required: ['kind'] }, kind: true },
      required: ['header', `f${at}`],
    }),
  ],
  [
    'constants that two of them share',
    at => ({ properties: { kind: { enum: [`k${at}`, 'any'] } }, required: ['kind'] }),
  ],
])('%s tells nothing apart: a record may fit a new kind too, and is lost by oneOf', (_, kindAt) => {
  const open = (count: number): JsonObject => ({
    oneOf: numbers(count).map(({ at }) => ({ type: 'object', ...kindAt(at) })),
  })
  expect([open(5), open(6)].flatMap(one => checkSchema(one))).toEqual([])
  const { verdict, counterExample } = compare(open(1), open(2), 'strict')
  expect([verdict, typeof counterExample]).toEqual(['incompatible', 'object'])
})
