import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { holdsUnstorableText } from '../../../services/contract/unstorable-text.ts'

/** The plain way, which needs all of the document's texts in hand. */
const textsOf = (value: unknown): string[] =>
  typeof value === 'object' && value !== null
    ? Object.entries(value).flatMap(([name, member]) => [name, ...textsOf(member)])
    : [String(value)]
const isUnstorable = (text: string) => text.includes('\0') || !text.isWellFormed()

/** Texts rich in backslashes and escapes, written as JSON that escapes whatever is not ASCII. */
const trickyText = fc
  .array(
    fc.constantFrom('\\', '\\\\', 'u0000', '\u0000', '\ud83d', '\ude00', '\u{1f600}', '"', 'd800', '中', '\\ud800'),
  )
  .map(parts => parts.join(''))
const escaped = (value: unknown) =>
  JSON.stringify(value).replaceAll(/[^\x20-\x7e]/g, unit => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

test('exactly those documents are refused that hold U+0000 or half a surrogate pair, however it is escaped', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(trickyText, trickyText), { maxLength: 4 }), document => {
      const json = escaped(document)
      expect(holdsUnstorableText(json)).toBe(textsOf(JSON.parse(json)).some(isUnstorable))
    }),
    { numRuns: 2_000 },
  )
})
