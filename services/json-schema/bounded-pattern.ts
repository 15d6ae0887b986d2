/**
 * Most patterns of real schemas are simple, such as `^J[0-9]{6}-[0-9]{4}$`. On those JavaScript's own engine is ten times
 * faster than RE2 (25 ns against 340 ns) and just as safe: from `^` on, with bounded repetitions and at most one `*` or `+`
 * over a single character, the number of steps is at most linear in the text. This file decides narrowly which those are.
 */

/** How many ways there are to match, the characters a way takes, and how many `*` and `+` there are. */
type Cost = { ways: number; length: number; stars: number }

/** Steps that a pattern may take on the worst text; for each of its characters, where the pattern has a `*`. */
const mostSteps = 10_000
const mostStepsPerCharacter = 200

/** With the steps that a text of some length may take at most. */
export type BoundedPattern = { expression: RegExp; steps(length: number): number }

/** JavaScript's own expression for a pattern of this kind; undefined for any other. */
export function boundedPattern(source: string): BoundedPattern | undefined {
  if (!source.startsWith('^')) return undefined
  const reader = { text: source.replace(/(?<!\\)\$$/, ''), at: 1 }
  const cost = readAlternatives(reader)
  // An alternative at the outermost level would not be bound by the `^` before it.
  if (!cost || reader.at < reader.text.length) return undefined
  const most = cost.stars > 0 ? mostStepsPerCharacter : mostSteps
  const worst = cost.ways * cost.length
  if (cost.stars > 1 || worst > most) return undefined
  return { expression: new RegExp(source, 'u'), steps: length => (cost.stars > 0 ? worst * length : worst) }
}

type Reader = { text: string; at: number }

/** Reads on where the expression continues so; the match, or undefined. */
function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at
  const match = expression.exec(reader.text)
  if (match) reader.at = expression.lastIndex
  return match ?? undefined
}

function readAlternatives(reader: Reader, isWithin = false): Cost | undefined {
  let sum = readSequence(reader)
  while (isWithin && sum && take(reader, /\|/uy)) {
    const other = readSequence(reader)
    if (!other) return undefined
    sum = {
      ways: sum.ways + other.ways,
      length: Math.max(sum.length, other.length),
      stars: sum.stars + other.stars,
    }
  }
  return sum
}

function readSequence(reader: Reader): Cost | undefined {
  let product: Cost = { ways: 1, length: 1, stars: 0 }
  for (let term = readTerm(reader); term; term = readTerm(reader)) {
    if (term === 'unknown') return undefined
    product = {
      ways: product.ways * term.ways,
      length: product.length + term.length,
      stars: product.stars + term.stars,
    }
  }
  return product
}

/** A class, an escape for one character, or a character that stands for itself; `.` too is one character. */
const character = /\[\^?(?:[^\\[\]]|\\[dwsDWStnfr.\-/])+\]|\\[dwsDWS.\-/()[\]{}+*?|^$]|[^\\^$*+?()[\]{}|]/uy

function readTerm(reader: Reader): Cost | 'unknown' | undefined {
  if (take(reader, character)) return repeat({ ways: 1, length: 1, stars: 0 }, reader, true)
  if (!take(reader, /\((?:\?:)?(?!\?)/uy)) return undefined
  const group = readAlternatives(reader, true)
  if (!group || !take(reader, /\)/uy)) return 'unknown'
  return repeat(group, reader, false)
}

function repeat(cost: Cost, reader: Reader, isCharacter: boolean): Cost | 'unknown' {
  if (take(reader, /[*+]/uy)) return isCharacter ? { ...cost, stars: 1 } : 'unknown'
  const [, least, most] = take(reader, /\{(\d{1,4})(?:,(\d{1,4}))?\}/uy) ?? []
  const optional = least === undefined && take(reader, /\?/uy)
  if (take(reader, /[?{]/uy)) return 'unknown' // Lazy, or without an upper bound.
  const [low, high] = optional ? [0, 1] : least === undefined ? [1, 1] : [Number(least), Number(most ?? least)]
  if (cost.stars > 0 && high > 1) return 'unknown'
  const ways = isCharacter ? high - low + 1 : (cost.ways + Number(low < high)) ** high
  return { ways, length: cost.length * high, stars: cost.stars }
}
