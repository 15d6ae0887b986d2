/** Numbers within limits: exact, because the limits and steps are decimals. */
import type { Json } from '../../contract/canonical-json.ts'
import { decimalsOf, isMultipleOf, scaled } from '../../json-schema/multiple-of.ts'
import { argumentsOf, exhibitsOf, type Facts, largest, smallest } from './facts.ts'
import type { Outcome } from './goal.ts'

/** How many multiples are tried from each end of the range. */
const tries = 200

type Range = { least: number; isLeastOut: boolean; most: number; isMostOut: boolean }

export function findNumber(facts: Facts, fits: (value: Json) => boolean): Outcome {
  const range = rangeOf(facts)
  if (range.least > range.most) return 'none'
  if (range.least === range.most && (range.isLeastOut || range.isMostOut)) return 'none'
  const steps = argumentsOf<number>(facts, 'multipleOf')
  const step = commonMultiple(facts.kind === 'integer' ? [1, ...steps] : steps)
  if (step !== undefined && exhibitsOf(facts, 'notMultiple').some(({ of }) => isMultipleOf(step, of))) return 'none'
  if (facts.kind === 'fraction' && step !== undefined && Number.isInteger(step)) return 'none'
  const { values, isAll } = step === undefined ? densely(range) : bySteps(range, step)
  const value = values.find(candidate => isWithin(candidate, range) && fits(candidate))
  if (value !== undefined) return { value }
  return isAll ? 'none' : 'unknown'
}

function rangeOf(facts: Facts): Range {
  const lows = argumentsOf<number>(facts, 'minimum')
  const highs = argumentsOf<number>(facts, 'maximum')
  const lowsOut = argumentsOf<number>(facts, 'exclusiveMinimum')
  const highsOut = argumentsOf<number>(facts, 'exclusiveMaximum')
  const least = largest([...lows, ...lowsOut], Number.NEGATIVE_INFINITY)
  const most = smallest([...highs, ...highsOut], Number.POSITIVE_INFINITY)
  return { least, isLeastOut: lowsOut.includes(least), most, isMostOut: highsOut.includes(most) }
}

const isWithin = (value: number, { least, isLeastOut, most, isMostOut }: Range) =>
  value >= least && value <= most && !(isLeastOut && value === least) && !(isMostOut && value === most)

/** The least number that is a multiple of all; undefined for none. */
function commonMultiple(steps: number[]): number | undefined {
  if (steps.length === 0) return undefined
  const digits = Math.max(...steps.map(decimalsOf))
  const common = steps.map(step => scaled(step, digits)).reduce((a, b) => (a / divisorOf(a, b)) * b)
  return Number(`${common}e-${digits}`)
}

const divisorOf = (a: bigint, b: bigint): bigint => (b === 0n ? a : divisorOf(b, a % b))

/** Multiples of a step from both ends of the range; all of them where they are few. */
function bySteps({ least, most }: Range, step: number): { values: number[]; isAll: boolean } {
  const digits = decimalsOf(step)
  const at = (count: number) => Number((count * step).toFixed(Math.min(digits, 100)))
  const first = Number.isFinite(least)
    ? Math.floor(least / step)
    : Number.isFinite(most)
      ? Math.floor(most / step) - tries
      : -tries
  const last = Number.isFinite(most) ? Math.ceil(most / step) : Number.isFinite(least) ? first + tries : tries
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(last)) return { values: [], isAll: false }
  const isAll = Number.isFinite(least) && Number.isFinite(most) && last - first <= 2 * tries
  const near = (start: number, direction: number) => Array.from({ length: tries }, (_, i) => at(start + direction * i))
  const counts = isAll
    ? Array.from({ length: last - first + 1 }, (_, i) => at(first + i))
    : [...near(first, 1), ...near(last, -1)]
  return { values: simplestFirst(counts), isAll }
}

/** Between any two numbers lies another, so these are never all; a range of one number is. */
function densely({ least, most }: Range): { values: number[]; isAll: boolean } {
  if (least === most) return { values: [least], isAll: true }
  const low = Number.isFinite(least) ? least : Number.isFinite(most) ? most - 16 : -8
  const high = Number.isFinite(most) ? most : low + 16
  const shares = [0.5, 0.25, 0.75, 0.125, 0.1, 0.3, 0.7, 0.9, 0.01, 0.99, 1e-3, 0.5003]
  const between = shares.map(share => low + (high - low) * share)
  const rounded = [0.5, 1.5, -0.5, 0.25, 0.1, ...between.map(value => Number(value.toFixed(2)))]
  return { values: [...rounded, low, high, ...between].filter(value => !Number.isInteger(value)), isAll: false }
}

/** People read small positive numbers best. */
const simplestFirst = (values: number[]) =>
  values.toSorted((a, b) => Number(a < 0) - Number(b < 0) || Math.abs(a) - Math.abs(b))
