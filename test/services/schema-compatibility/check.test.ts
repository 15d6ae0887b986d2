/** Which versions a mode compares with, and in which direction. */
import { describe, expect, test } from '@jest/globals'
import type { JsonObject } from '../../../services/contract/canonical-json.ts'
import { checkAgainst } from '../../../services/schema-compatibility/check.ts'
import type { Mode } from '../../../services/schema-compatibility/mode.ts'

const upTo = (maxLength: number): JsonObject => ({ type: 'string', maxLength })
const versions = (...schemas: JsonObject[]) => schemas.map((schema, at) => ({ version: at + 1, schema }))
const compared = (mode: Mode, earlier: JsonObject[], next: JsonObject) => {
  const { verdict, comparisons } = checkAgainst(versions(...earlier), next, { mode, profile: 'strict' })
  return [verdict, comparisons.map(({ version, direction }) => `${direction} ${version}`)]
}

describe('with versions of length 5 and 10 before it, a version of length 8', () => {
  const rows: [Mode, string, string[]][] = [
    ['NONE', 'compatible', []],
    ['BACKWARD', 'incompatible', ['backward 2']],
    ['BACKWARD_TRANSITIVE', 'incompatible', ['backward 2', 'backward 1']],
    ['FORWARD', 'compatible', ['forward 2']],
    ['FORWARD_TRANSITIVE', 'incompatible', ['forward 2', 'forward 1']],
    ['FULL', 'incompatible', ['backward 2', 'forward 2']],
    ['FULL_TRANSITIVE', 'incompatible', ['backward 2', 'forward 2', 'backward 1', 'forward 1']],
  ]
  test.each(rows)('is judged by %s as %s', (mode, verdict, comparisons) => {
    expect(compared(mode, [upTo(5), upTo(10)], upTo(8))).toEqual([verdict, comparisons])
  })
})

test('transitive is against every earlier version: a chain of compatible pairs is not enough', () => {
  const members = (properties: JsonObject): JsonObject => ({ type: 'object', properties })
  const [text, whole] = [{ type: 'string' }, { type: 'integer' }]
  // A member goes, and comes back as something else: no two neighbours disagree, the first and the last do.
  const [first, second, third] = [members({ a: whole, b: text }), members({ b: text }), members({ a: text, b: text })]
  const lenient = (mode: Mode, earlier: JsonObject[], next: JsonObject) =>
    checkAgainst(versions(...earlier), next, { mode, profile: 'lenient' }).verdict
  expect(lenient('BACKWARD', [first], second)).toBe('compatible')
  expect(lenient('BACKWARD', [first, second], third)).toBe('compatible')
  expect(lenient('BACKWARD_TRANSITIVE', [first, second], third)).toBe('incompatible')
})

test('an unchanged schema is compatible in every mode', () => {
  const modes: Mode[] = ['NONE', 'BACKWARD_TRANSITIVE', 'FORWARD_TRANSITIVE', 'FULL_TRANSITIVE']
  expect(modes.map(mode => compared(mode, [upTo(5), upTo(5)], upTo(5))[0])).toEqual(modes.map(() => 'compatible'))
})
