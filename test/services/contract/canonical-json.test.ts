import { expect, test } from '@jest/globals'
import canonicalize from 'canonicalize'
import fc from 'fast-check'
import { canonicalJson, type Json } from '../../../services/contract/canonical-json.ts'

const sorted = (value: Json): Json =>
  Array.isArray(value)
    ? value.map(sorted)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.keys(value)
            .sort()
            .map(key => [key, sorted(value[key]!)]),
        )
      : value

test('is what an independent implementation of RFC 8785 writes, whether or not the keys are in order already', () => {
  const wellFormed = fc.string({ unit: 'grapheme' })
  const values = fc.jsonValue({ stringUnit: 'grapheme' })
  fc.assert(
    fc.property(fc.dictionary(fc.oneof(wellFormed, fc.nat().map(String)), values), value => {
      const expected = canonicalize(value)
      expect(canonicalJson(value as Json)).toBe(expected)
      expect(canonicalJson(sorted(value as Json))).toBe(expected)
    }),
  )
})

test('keys that look like numbers stand where their characters belong', () => {
  expect(canonicalJson({ '10': 1, '9': 2 })).toBe('{"10":1,"9":2}')
})

test.each([
  ['a lone surrogate', { a: '\ud800' }],
  ['a lone surrogate in a key', { 'a\udc00': 1 }],
  ['NaN', { a: Number.NaN }],
  ['undefined', { a: undefined }],
])('%s is refused, not written in some other way', (_, value) => {
  expect(() => canonicalJson(value as unknown as Json)).toThrow('canonical JSON has no')
})

test('a text that only looks like an escaped surrogate is written as it is', () => {
  expect(canonicalJson({ a: '\\ud800' })).toBe('{"a":"\\\\ud800"}')
})
