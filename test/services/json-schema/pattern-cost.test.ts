/**
 * Patterns within all limits stood in everybody's way: compiling those of a schema of 56 kB took 13 s, and matching a text of 1 MB
 * with one of 800 characters minutes, between two pulls. What they cost is told before they are compiled, and counted by record.
 */
import { describe, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { RE2JS } from 're2js'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { isFailure } from '../../../services/contract/failure.ts'
import { rewritePattern } from '../../../services/json-schema/ecma-pattern.ts'
import { compilePattern } from '../../../services/json-schema/pattern.ts'
import { costOfPattern } from '../../../services/json-schema/pattern-cost.ts'
import { checkSchema } from '../../../services/json-schema/schema-guard.ts'
import { compileSchema } from '../../../services/json-schema/validation.ts'

const withPatterns = (patterns: string[]): JsonObject => ({
  type: 'object',
  properties: Object.fromEntries(patterns.map((pattern, at) => [`p${at}`, { type: 'string', pattern }])),
})
const many = (piece: string, times: number, of: number, end = '') =>
  withPatterns(Array.from({ length: of }, (_, at) => `${piece.repeat(times)}${at}${end}`))

function millisecondsOf(work: () => void): number {
  const start = performance.now()
  work()
  return performance.now() - start
}

describe('compiling', () => {
  test.each<[string, JsonObject]>([
    ['large classes', many('[^\\p{L}]', 100, 60)],
    [
      'large classes as names',
      {
        patternProperties: Object.fromEntries(
          Array.from({ length: 60 }, (_, at) => [`${'[^\\p{L}]'.repeat(100)}${at}`, true]),
        ),
      },
    ],
    ['classes that are small enough alone', many('[^\\p{L}]', 10, 60)],
    ['ever other classes', withPatterns(Array.from({ length: 900 }, (_, at) => `\\p{L}\\p{N}${at}`))],
    ['repetitions of repetitions', many('((a{31}){32})', 1, 200)],
    ['groups in groups', many('(', 490, 60, ')'.repeat(490))],
    ['choices', many('a|', 480, 60)],
  ])('a schema of %s is refused before any is compiled', (_, schema) => {
    let found: object[] = []
    expect(millisecondsOf(() => (found = checkSchema(schema)))).toBeLessThan(3_000)
    expect(found.length).toBeGreaterThan(0)
    for (const violation of found) expect(violation).toMatchObject({ message: expect.stringContaining('too large') })
  })

  test('a class that many fields have in common counts once', () => {
    const name = { type: 'string', pattern: '^[\\p{L}\\p{M}· ]{1,100}$' }
    const properties = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`name${at}`, name]))
    expect(checkSchema({ type: 'object', properties })).toEqual([])
  })

  test('the size told of a pattern is at least what RE2 makes of it, but for what begins and ends each', () => {
    const atom = fc.constantFrom('a', '.', '\\d', '[^b-x]', '\\p{Lu}', '人', '\\S', '^', '$', '\\b')
    const times = fc.constantFrom('', '*', '+', '?', '{3}', '{0,7}', '{2,}', '{40}', '+?')
    const { pattern } = fc.letrec<{ pattern: string; part: string }>(tie => ({
      pattern: fc
        .array(fc.array(tie('part'), { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 })
        .map(alternatives => alternatives.map(parts => parts.join('')).join('|')),
      part: fc.oneof(
        { maxDepth: 2 },
        atom.chain(one => (/^([$^]|\\b)$/.test(one) ? fc.constant(one) : times.map(count => one + count))),
        fc.tuple(tie('pattern'), times).map(([inner, count]) => `(${inner})${count}`),
      ),
    }))
    fc.assert(
      fc.property(pattern, source => {
        let size: number
        try {
          size = RE2JS.compile(rewritePattern(source, 're2')).programSize()
        } catch {
          return
        }
        expect([source, size]).toEqual([source, Math.min(size, 2 * costOfPattern(source).size + 4)])
      }),
      { numRuns: 500 },
    )
  })
})

describe('matching', () => {
  const dear = '^(?:a|b)*a(?:a|b){400}c$'
  const text = (length: number) => 'abbab'.repeat(Math.ceil(length / 5)).slice(0, length)
  const validateWith = (schema: JsonObject) => {
    const validate = compileSchema(schema)
    if (isFailure(validate)) throw new Error(validate.failure)
    return validate
  }

  test('no record makes patterns work for long, however it spreads its texts', () => {
    const validate = validateWith({
      type: ['array', 'string', 'object'],
      pattern: dear,
      items: { pattern: dear },
      propertyNames: { pattern: dear },
      patternProperties: { [dear]: true },
    })
    const names = Object.fromEntries(Array.from({ length: 900 }, (_, at) => [`${text(1_000)}${at}`, 1]))
    for (const value of [text(1_000_000), Array.from({ length: 1_000 }, () => text(1_000)), names]) {
      let found: unknown
      expect(millisecondsOf(() => (found = validate(value)))).toBeLessThan(3_000)
      expect(found).toEqual([expect.objectContaining({ pointer: '', keyword: 'size' })])
    }
    expect(validate('b')).toEqual([expect.objectContaining({ keyword: 'pattern', pointer: '' })])
  })

  test('each record has its own steps, and ordinary ones are far from them', () => {
    const id = { type: 'string', pattern: '^[0-9]{17}[0-9X]$' }
    const validate = validateWith({
      type: 'array',
      items: { properties: { id, name: { type: 'string', pattern: '^\\S(.*\\S)?$' } } },
    })
    const record = Array.from({ length: 5_000 }, () => ({ id: '11010519491231002X', name: '欧阳 雅婷' }))
    for (let time = 0; time < 20; time += 1) expect(validate(record)).toBeUndefined()
    expect(compilePattern('^\\S(.*\\S)?$').steps(1_000_000)).toBeLessThan(2_000_000)
  })
})
