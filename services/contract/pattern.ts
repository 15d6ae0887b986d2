/**
 * Regular expressions of schemas, matched in time linear in the text by RE2 (no look-around, no back-references), so that
 * no schema and no record can stall the hub. A pattern must also be valid ECMAScript with the `u` flag, as JSON Schema
 * asks: what RE2 alone understands, such as `(?i)` or `\A`, would mean something else to other validators.
 */
import { RE2JS } from 're2js'
import { boundedPattern } from './bounded-pattern.ts'

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
  try {
    const pattern = RE2JS.compile(RE2JS.translateRegExp(source.replaceAll(script, '$1{$2}')))
    const bounded = boundedPattern(source)
    if (!bounded) return pattern
    return { test: text => bounded.test(text), toString: () => source, programSize: () => pattern.programSize() }
  } catch (error) {
    throw new SyntaxError(`cannot be matched in linear time (no look-around, no back-reference): ${reasonOf(error)}`)
  }
}

/** ECMAScript writes `\p{Script=Han}` where RE2 writes `\p{Han}`. */
const script = /(\\[pP])\{(?:Script|sc)=(\w+)\}/g

const reasonOf = (error: unknown) => (error instanceof Error ? error.message.split(': ').at(-1) : String(error))
