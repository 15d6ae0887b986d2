/**
 * Regular expressions of schemas, matched in time linear in the text by RE2 (no look-around, no back-references), so that
 * no schema and no record can stall the hub. A pattern is ECMAScript with the `u` flag, as JSON Schema asks, and means exactly
 * that: RE2 is given it rewritten (ecma-pattern.ts), for its own `\s` and `.` are others.
 */
import { RE2JS } from 're2js'
import { boundedPattern } from './bounded-pattern.ts'
import { rewritePattern } from './ecma-pattern.ts'

/** `programSize` says how much work the pattern is to compile and to match: instructions of RE2. */
export type Pattern = { test(text: string): boolean; toString(): string; programSize(): number }

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
  try {
    new RegExp(source, 'u')
  } catch (error) {
    throw new SyntaxError(`is not a regular expression of ECMAScript (u flag): ${reasonOf(error)}`)
  }
  const pattern = compileRe2(rewritePattern(source, 're2'))
  const bounded = boundedPattern(source)
  return {
    test: bounded ? text => bounded.test(text) : text => pattern.test(text),
    toString: () => source,
    programSize: () => pattern.programSize(),
  }
}

function compileRe2(source: string): RE2JS {
  try {
    return RE2JS.compile(source)
  } catch (error) {
    throw new SyntaxError(`cannot be matched in linear time: ${reasonOf(error)}; repeat less, or use maxLength`)
  }
}

const reasonOf = (error: unknown) => (error instanceof Error ? error.message.split(': ').at(-1) : String(error))
