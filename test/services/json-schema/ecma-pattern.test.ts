/** Keeps out: `\s`, `\S`, `.` and classes read as RE2 reads them, so that a name of one U+3000 passed `^\S(.*\S)?$`. */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { boundedPattern } from '../../../services/json-schema/bounded-pattern.ts'
import { rewritePattern } from '../../../services/json-schema/ecma-pattern.ts'
import { compilePattern } from '../../../services/json-schema/pattern.ts'
import { languageOf } from '../../../services/schema-compatibility/witness/language.ts'

const spaces = [...'\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2007\u200a\u2028\u2029\u202f\u205f\u3000\ufeff']
const nearSpaces = [...'\u180e\u200b\u200d\u0085\u001c\u2060']
const others = [...'aAbBzZ09_-.·人𠮷𬭊ſKßİı\u0301\u{1f600}é^$|()[]{}/\\"\u0001', '\u{10ffff}', '\ue000', '\ud7ff']

const escapes = ['\\s', '\\S', '.', '\\d', '\\D', '\\w', '\\W']
const characters = ['a', 'B', '人', '𠮷', ' ', '\u3000', '\\.', '\\-', '\\/', '\\^', '\\$', '\\\\', '\\(', '\\{']
const written = [
  '\\t',
  '\\n',
  '\\v',
  '\\f',
  '\\r',
  '\\0',
  '\\cJ',
  '\\x20',
  '\\u3000',
  '\\u{2028}',
  '\\ud842\\udfb7',
  '\\u{20BB7}',
]
const properties = [
  '\\p{L}',
  '\\P{L}',
  '\\p{Lu}',
  '\\p{Script=Han}',
  '\\p{sc=Han}',
  '\\p{White_Space}',
  '\\p{Script_Extensions=Han}',
  '\\P{ASCII}',
  '\\p{Any}',
]
const inClass = fc.oneof(
  fc.constantFrom(
    ...escapes.filter(one => one !== '.'),
    ...written,
    ...properties,
    'a',
    '.',
    '人',
    '\\-',
    '\\]',
    '^a',
    '$',
    '|',
  ),
  fc.constantFrom(
    'a-z',
    '\\u4e00-\\u9fa5',
    '\\x00-\\x20',
    '0-9',
    '\\u{1F300}-\\u{1FAFF}',
    '\\t-\\r',
    '\\u2000-\\u200f',
  ),
)
const characterClass = fc
  .tuple(fc.constantFrom('', '^'), fc.array(inClass, { maxLength: 3 }))
  .map(([negation, parts]) => `[${negation}${parts.join('')}]`)
const atom = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...escapes, ...characters) },
  { weight: 2, arbitrary: characterClass },
  fc.constantFrom(...written, ...properties),
)
const many = fc.constantFrom('', '', '', '?', '*', '+', '{2}', '{0,2}', '{1,}', '??', '*?', '+?', '{1,2}?')
const { pattern } = fc.letrec<{ pattern: string }>(tie => ({
  pattern: fc
    .array(
      fc.oneof(
        { maxDepth: 3 },
        fc.tuple(atom, many).map(parts => parts.join('')),
        fc.constantFrom('^', '$', '\\b', '\\B'),
        fc
          .tuple(fc.constantFrom('(', '(?:', '(?<n>'), tie('pattern'), many)
          .map(([open, inner, times]) => `${open}${inner})${times}`),
        tie('pattern').map(inner => `(?:${inner}|a)`),
      ),
      { maxLength: 4 },
    )
    .map(parts => parts.join('')),
}))
const anchored = fc
  .tuple(fc.constantFrom('', '^'), pattern, fc.constantFrom('', '$'))
  .map(parts => parts.join(''))
  .filter(isEcma)
const text = fc.string({ unit: fc.constantFrom(...spaces, ...nearSpaces, ...others), maxLength: 6 })
const texts = fc.array(text, { minLength: 20, maxLength: 20 })

function isEcma(source: string): boolean {
  try {
    return new RegExp(source, 'u') instanceof RegExp
  } catch {
    return false
  }
}

test('a pattern says of every text what ECMAScript says of it', () => {
  fc.assert(
    fc.property(anchored, texts, (source, drawn) => {
      const [ours, theirs] = [compilePattern(source), new RegExp(source, 'u')]
      for (const one of [...drawn, ...spaces, ...nearSpaces, ...others])
        expect([source, one, ours.test(one)]).toEqual([source, one, theirs.test(one)])
    }),
    { numRuns: 800 },
  )
})

test('what is rewritten is the same pattern for ECMAScript, and the prover’s language has the same texts', () => {
  fc.assert(
    fc.property(anchored, texts, (source, drawn) => {
      const [rewritten, theirs] = [new RegExp(rewritePattern(source, 'ecma'), 'u'), new RegExp(source, 'u')]
      const language = languageOf(source)
      for (const one of [...drawn, ...spaces, ...nearSpaces]) {
        const expected = theirs.test(one)
        expect([source, one, rewritten.test(one)]).toEqual([source, one, expected])
        const points = Array.from(one, character => character.codePointAt(0)!)
        if (language) expect([source, one, language.test(points)]).toEqual([source, one, expected])
      }
    }),
    { numRuns: 250 },
  )
})

test('where this engine itself is used, it is given the pattern as it stands', () => {
  expect(boundedPattern('^\\S(.*\\S)?$')?.expression.source).toBe('^\\S(.*\\S)?$')
  expect(compilePattern('^\\S(.*\\S)?$').test('\u3000')).toBe(false)
  expect(compilePattern('\\S').test('\u3000')).toBe(false)
  expect(compilePattern('^(.+)+$').test('\u2028')).toBe(false)
})

describe('what cannot be written for all engines is refused, with what to write instead', () => {
  test.each([
    ['(?=a)b', 'under "allOf"'],
    ['(?<!a)b', 'under "allOf"'],
    ['(a)\\1', '"enum"'],
    ['(?<n>a)\\k<n>', '"enum"'],
    ['(?i:a)', '[Aa]'],
    ['(?-s:.)', '[Aa]'],
    ['a{1001}', 'maxLength'],
    ['\\p{Nonsense}', 'ECMAScript'],
    ['(?i)a', 'ECMAScript'],
    ['\\Aa', 'ECMAScript'],
  ])('%s', (source, hint) => expect(() => compilePattern(source)).toThrow(hint))
})
