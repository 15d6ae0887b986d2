/**
 * Regular expressions of schemas, matched in time linear in the text by RE2 (no look-around, no back-references), so that
 * no schema and no record can stall the hub. A pattern is ECMAScript with the `u` flag, as JSON Schema asks, and means exactly
 * that: RE2 is given it rewritten (ecma-pattern.ts), for its own `\s` and `.` are others.
 */
import { RE2JS } from 're2js'
import { boundedPattern } from './bounded-pattern.ts'
import { rewritePattern } from './ecma-pattern.ts'
import { costOfPattern, isTooLarge } from './pattern-cost.ts'

/** `steps` is how many steps of RE2, some 40 ns each, a text of this length may take at most. */
export type Pattern = { test(text: string): boolean; toString(): string; steps(length: number): number }

const compiled = new Map<string, Pattern>()

/** @throws SyntaxError with a sentence that says why the pattern cannot be used. */
export function compilePattern(source: string): Pattern {
  const known = compiled.get(source)
  if (known) return known
  if (compiled.size >= 2_000) compiled.clear()
  const pattern = compileAnew(source)
  compiled.set(source, pattern)
  return pattern
}

function compileAnew(source: string): Pattern {
  const cost = costOfPattern(source)
  if (isTooLarge(cost)) throw new SyntaxError(`${tooDear}it is too large; repeat less, or use maxLength`)
  try {
    new RegExp(source, 'u')
  } catch (error) {
    throw new SyntaxError(`is not a regular expression of ECMAScript (u flag): ${reasonOf(error)}`)
  }
  const pattern = compileRe2(rewritePattern(source, 're2'))
  const bounded = boundedPattern(source)
  return {
    test: bounded ? text => bounded.expression.test(text) : text => pattern.test(text),
    toString: () => source,
    steps: bounded ? length => Math.ceil(bounded.steps(length) / ownStepsToOne) : length => cost.size * length,
  }
}

/** JavaScript's own engine takes so many of its steps while RE2 takes one. */
const ownStepsToOne = 20

const tooDear = 'cannot be matched in linear time: '

function compileRe2(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    throw new SyntaxError(`${tooDear}${reasonOf(error)}; repeat less, or use maxLength`)
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message.split(': ').at(-1) : String(error))
