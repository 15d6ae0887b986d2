/** Holds: a correction was answered "corrected" by a version in which nothing was corrected. */
import { expect, test } from '@jest/globals'
import { judgeMending } from '../../../../../services/exchange/records/correction/mending.ts'

const held = (version: number, body: object, status = 'valid') => ({ version, status, body: body as never })

test.each([
  ['another value', '/name', { name: 'a' }, { name: 'b' }, 'mended'],
  ['the same value', '/name', { name: 'a', age: 1 }, { name: 'a', age: 2 }, 'unchanged'],
  ['members in another order', '/place', { place: { x: 1, y: 2 } }, { place: { y: 2, x: 1 } }, 'unchanged'],
  ['the same number written otherwise', '/sum', JSON.parse('{"sum":1.0}'), { sum: 1 }, 'unchanged'],
  ['a field that was missing', '/name', {}, { name: 'a' }, 'mended'],
  ['a field that is gone', '/name', { name: 'a' }, {}, 'mended'],
  ['null where there was nothing', '/name', {}, { name: null }, 'mended'],
  ['one item of many', '/owners/*/name', owners('a', 'b'), owners('a', 'c'), 'mended'],
  ['an item less', '/owners/*/name', owners('a', 'b'), owners('a'), 'mended'],
  ['items alike', '/owners/*/name', owners('a', 'b'), owners('a', 'b'), 'unchanged'],
  ['any field, of the record as a whole', '', { name: 'a', age: 1 }, { name: 'a', age: 2 }, 'mended'],
  ['no field, of the record as a whole', '', { name: 'a' }, { name: 'a' }, 'unchanged'],
] as const)('%s at %j', (_, field, before, after, mending) => {
  expect(judgeMending({ version: 3, field }, 5, [held(3, before), held(5, after)])).toBe(mending)
})

test.each([
  ['valid', 'revoked', 'mended'],
  ['suspended', 'cancelled', 'mended'],
  ['valid', 'suspended', 'unchanged'],
  ['valid', 'lapsed', 'unchanged'],
  ['revoked', 'cancelled', 'unchanged'],
])('the same field, from %s to %s: %s', (before, after, mending) => {
  const versions = [held(3, { name: 'a' }, before), held(5, { name: 'a' }, after)]
  expect(judgeMending({ version: 3, field: '/name' }, 5, versions)).toBe(mending)
})

test('only what the registry holds counts, and only what is newer', () => {
  const [old, wrong, right] = [held(1, { name: 'z' }), held(3, { name: 'a' }), held(5, { name: 'b' })]
  const contested = { version: 3, field: '/name' }
  expect(judgeMending(contested, 5, [right])).toBe('contested-unknown')
  expect(judgeMending(contested, 5, [wrong])).toBe('unknown')
  expect(judgeMending(contested, 1, [old, wrong])).toBe('not-newer')
  expect(judgeMending(contested, 3, [wrong])).toBe('not-newer')
})

function owners(...names: string[]) {
  return { owners: names.map(name => ({ name })) }
}
