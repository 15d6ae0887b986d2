/**
 * The cost of a pattern, told from its text before any engine compiles it: a schema comes from a department, and compiling one of
 * 56 kB stood still for 13 s, with its patterns within all other limits.
 */
import type { AST } from '@eslint-community/regexpp'
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { parsePattern } from './ecma-pattern.ts'
import { subschemasOf } from './schema-keywords.ts'

/**
 * `size`: characters and classes with repetitions written out, which bounds the steps that RE2 takes for a character of a text.
 * `ranges`: ranges of code points in classes as written; RE2 sorts them for each class, 3 µs a range.
 */
export type PatternCost = { size: number; ranges: number }

/** Of one pattern, and of all patterns of a schema together. */
export const patternLimits: PatternCost = { size: 10_000, ranges: 10_000 }

/** `\p{Grapheme_Base}` has 904 ranges, `\p{L}` 684; asking the engine for them would cost what is to be kept out. */
const rangesOfProperty = 800
const rangesOfEscape = 12

/** Nothing where the source is no pattern: the engines say so. */
export function costOfPattern(source: string): PatternCost {
  try {
    return costOfAlternatives(parsePattern(source))
  } catch {
    return nothing
  }
}

export const isTooLarge = ({ size, ranges }: PatternCost) => size > patternLimits.size || ranges > patternLimits.ranges

const nothing: PatternCost = { size: 0, ranges: 0 }

const costOfAlternatives = ({ alternatives }: { alternatives: AST.Alternative[] }): PatternCost =>
  sumOf(
    alternatives.map(({ elements }) => sumOf(elements.map(costOf), 0)),
    alternatives.length,
  )

const sumOf = (costs: PatternCost[], size: number): PatternCost =>
  costs.reduce((sum, cost) => ({ size: sum.size + cost.size, ranges: sum.ranges + cost.ranges }), { size, ranges: 0 })

function costOf(element: AST.Element): PatternCost {
  switch (element.type) {
    case 'Group':
    case 'CapturingGroup':
      return costOfAlternatives(element)
    case 'Quantifier': {
      const { size, ranges } = costOf(element.element)
      const times = Number.isFinite(element.max) ? element.max : element.min + 1
      return { size: size * Math.max(1, times) + 1, ranges }
    }
    case 'CharacterSet':
      return { size: 1, ranges: rangesOf(element) }
    case 'CharacterClass':
      return { size: 1, ranges: element.elements.reduce((sum, one) => sum + rangesOf(one), 0) }
    default:
      return { size: 1, ranges: 0 }
  }
}

const rangesOf = ({ type, ...element }: AST.CharacterSet | AST.CharacterClass['elements'][number]): number => {
  if (type !== 'CharacterSet') return 1
  return 'kind' in element && element.kind === 'property' ? rangesOfProperty : rangesOfEscape
}

/**
 * Of all patterns of a schema; ranges count once where the same pattern stands again. A pattern too large by itself costs
 * nothing: it is refused at its own place.
 */
export function costOfPatterns(schema: JsonObject): PatternCost {
  const costs = new Map<string, PatternCost>()
  let size = 0
  for (const source of patternsIn(schema)) {
    const alone = costs.get(source) ?? costOfPattern(source)
    const cost = isTooLarge(alone) ? nothing : alone
    costs.set(source, cost)
    size += cost.size
  }
  return { size, ranges: sumOf([...costs.values()], 0).ranges }
}

function patternsIn(schema: Json): string[] {
  if (!isObject(schema)) return []
  const own = [schema.pattern, ...Object.keys(isObject(schema.patternProperties) ? schema.patternProperties : {})]
  return [
    ...own.filter(pattern => typeof pattern === 'string'),
    ...subschemasOf(schema).flatMap(sub => patternsIn(sub.schema)),
  ]
}
