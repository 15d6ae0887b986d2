/** Keeps out: a value of a program, or a cell of a file, that JSON.stringify alters in silence (NaN → null, a date → text). */
import { isDeepStrictEqual } from 'node:util'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { messageOf, type Publication } from '../../../services/adapter/message.ts'
import { unkeptAt } from '../../../services/contract/plain-json.ts'

const { value } = fc.letrec(tie => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<unknown>(
      'a',
      '中',
      1,
      -1.5,
      true,
      null,
      'a\0',
      '\ud800',
      Number.NaN,
      Infinity,
      new Date(0),
      () => 1,
    ),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(fc.constantFrom('a', 'b', '\ud800', 'toJSON'), tie('value'), { noNullPrototype: true }),
  ),
}))

test('what is said to be kept comes back from JSON as it was, with texts that can be stored', () => {
  fc.assert(
    fc.property(value, drawn => {
      const text = JSON.stringify(drawn) as string | undefined
      const isKept =
        text !== undefined &&
        isDeepStrictEqual(JSON.parse(text), drawn) &&
        JSON.stringify(drawn, (key, one) => (isBad(key) || isBad(one) ? 'bad!' : one)) === text
      expect(unkeptAt(drawn, 10) === undefined).toBe(isKept)
    }),
    { numRuns: 3_000 },
  )
})

const isBad = (one: unknown) => typeof one === 'string' && (one.includes('\0') || !one.isWellFormed())

test('a member that is undefined is one that is not there, and the place is told', () => {
  expect(unkeptAt({ a: undefined, b: [1, { c: undefined }] }, 10)).toBeUndefined()
  expect(unkeptAt({ a: 1, b: [1, { c: Number.NaN }] }, 10)).toEqual(['b', 1, 'c'])
  expect(unkeptAt([[[]]], 1)).toEqual([0, 0])
})

test('no message is made of a record that holds what would not be kept', () => {
  const publication = {
    system: 'a/b',
    dataset: 'a.c',
    schema: { key: ['n'], keyPointer: '/n', version: 1 },
  } as Publication
  const facts = { change: 'issued', sequence: 1, time: '2026-01-01T00:00:00Z' } as const
  expect(messageOf(publication, { n: 'K', name: '张\0' }, facts)).toMatchObject([{ pointer: '/name' }])
  expect(messageOf(publication, { n: 'K', name: '张' }, facts)).toHaveProperty('value')
})
