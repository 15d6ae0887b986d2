import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import { boundedPattern } from '../../../services/json-schema/bounded-pattern.ts'
import { rewritePattern } from '../../../services/json-schema/ecma-pattern.ts'

describe('what is bounded, and what is not', () => {
  const bounded = [
    '^J[0-9]{6}-[0-9]{4}-[0-9]{6}$',
    '^[A-Z]{1,12}$',
    '^\\d{17}[\\dX]$',
    '^a?b?c$',
    '^1\\.2\\.\\w{3}',
    '^人[^\\d]$',
    '^$',
    '^\\S(.*\\S)?$',
    '^(0|[1-9][0-9]{0,11})\\.[0-9]{2}$',
    '^[0-9]{4}-(0[1-9]|1[0-2])$',
    '^a+$',
    '^(?:ab){2}$',
    '^[\\S]$',
  ]
  test.each(bounded)('%s is', source => expect(boundedPattern(source)?.expression).toBeInstanceOf(RegExp))
  const others = [
    'a',
    '^(a|a)*$',
    '^(a+)+$',
    '^(a*){0,9}$',
    '^a*b*$',
    '^a|b$',
    '^\\p{L}$',
    '^\\bx$',
    '^(a|a){0,30}$',
    '^[a-z]{1,90}[a-z]{1,90}[a-z]{1,90}$',
    '^a{2,}$',
    '^a{1,3}?$',
    '^a+?$',
    '^(?=a)b',
    '^(?<n>a)$',
    '^[[:alpha:]]$',
    '^(?i)a$',
    '^\\x41$',
    '^a$b',
    '^(a',
    '^a)',
  ]
  test.each(others)('%s is not', source => expect(boundedPattern(source)).toBeUndefined())
})

test('both engines say the same of every text', () => {
  const atom = fc.constantFrom(
    'a',
    'b',
    '1',
    '-',
    '[ab]',
    '[^a]',
    '[0-9]',
    '\\d',
    '\\w',
    '\\.',
    '人',
    '[a\\-.]',
    '.',
    '\\s',
    '\\S',
    '[\\s1]',
  )
  const many = fc.constantFrom('', '', '{2}', '{0,2}', '{1,3}', '?', '*', '+')
  const source = fc
    .array(
      fc.tuple(
        fc.oneof(
          atom,
          fc.tuple(atom, atom).map(([a, b]) => `(${a}|${b}${a})`),
        ),
        many,
      ),
      { maxLength: 5 },
    )
    .chain(parts => fc.constantFrom('', '$').map(end => `^${parts.map(part => part.join('')).join('')}${end}`))
  const text = fc.string({
    unit: fc.constantFrom('a', 'b', '1', '-', '.', '人', 'x', '\n', ' ', '\u3000', '\u2028', '𠀀'),
    maxLength: 9,
  })
  fc.assert(
    fc.property(source, fc.array(text, { minLength: 20, maxLength: 20 }), (pattern, texts) => {
      const [native, re2] = [boundedPattern(pattern)?.expression, RE2JS.compile(rewritePattern(pattern, 're2'))]
      if (!native) return
      for (const one of texts) expect([pattern, one, native.test(one)]).toEqual([pattern, one, re2.test(one)])
    }),
    { numRuns: 1_000 },
  )
})
