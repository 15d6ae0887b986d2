/**
 * The question the checker reduces everything to: is there a value that all of these schemas accept and all of those
 * reject? "Every record that `old` accepts is accepted by `new`" holds exactly if nothing is accepted by `old` and
 * rejected by `new`.
 */
import type { Json } from '../../contract/canonical-json.ts'
import { accepts } from '../accepts.ts'
import { type Document, type Located, openDocument } from '../document.ts'

/** One demand on a value: that a schema accepts it, or (`negated`) that it does not. */
export type Signed = Located & { negated: boolean }
export type Goal = Signed[]

export const must = (schema: Json, document: Document): Signed => ({ schema, document, negated: false })
export const mustNot = (schema: Json, document: Document): Signed => ({ schema, document, negated: true })

/** For demands of the checker's own making, which refer to nothing. */
export const plain = openDocument({})

/** `none`: proven that no value meets the goal. `unknown`: neither proven nor a value found. */
export type Outcome = { value: Json } | 'none' | 'unknown'
export const isFound = (outcome: Outcome): outcome is { value: Json } => typeof outcome === 'object'

/** The kinds of values, each value of exactly one: `fraction` is a number that is not whole. */
export const kinds = ['null', 'boolean', 'integer', 'string', 'object', 'array', 'fraction'] as const
export type Kind = (typeof kinds)[number]

const hashOf = ({ schema, document }: Located) => document.hashOf(schema)
export const keyOf = (signed: Signed) => `${signed.negated ? '-' : '+'}${hashOf(signed)}`
const oppositeOf = (key: string) => `${key.startsWith('-') ? '+' : '-'}${key.slice(1)}`

/** Whether a goal contradicts itself on its face: it demands and forbids the same. */
export const isContradiction = (keys: ReadonlySet<string>) =>
  keys.has('+false') || keys.has('-true') || [...keys].some(key => key.startsWith('-') && keys.has(oppositeOf(key)))

export const meets = (goal: Goal, value: Json) => goal.every(signed => accepts(signed, value) !== signed.negated)

/** Solves a smaller goal within the same budget. */
export type Solve = (goal: Goal) => Outcome

export function kindOf(value: Json): Kind {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'fraction'
  return typeof value as 'boolean' | 'string' | 'object'
}

export const typesAllow = (types: Json, kind: Kind) =>
  [types].flat().some(type => type === kind || (type === 'number' && (kind === 'integer' || kind === 'fraction')))
