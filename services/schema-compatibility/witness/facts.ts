/** Knowledge of a value of one kind while a goal is taken apart. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import type { Document } from '../document.ts'
import type { Goal, Kind } from './goal.ts'

/** A positive schema without its in-place keywords: limits, members, items. */
type Rules = { rules: JsonObject; document: Document }

/** Traits that a negated schema demands of a value, where no positive schema can say so. */
export type Exhibit =
  | { show: 'otherValue'; values: Json[] }
  | { show: 'notMultiple'; of: number }
  | { show: 'notMatching'; pattern: string }
  | { show: 'notOfFormat'; format: string }
  | { show: 'equalItems' }
  | { show: 'item'; at: number; goal: Goal }
  | { show: 'itemFrom'; from: number; goal: Goal }
  | { show: 'member'; name: string; goal: Goal }
  | { show: 'memberMatching'; pattern: string; goal: Goal }
  | { show: 'memberOutside'; names: string[]; patterns: string[]; goal: Goal }
  | { show: 'memberNamed'; nameGoal: Goal }

/** One way to go on: more demands on the value, and what it must show. */
export type Alternative = { goal: Goal; exhibits: Exhibit[] }

/**
 * One of several ways must hold. Those of a `split` exclude each other: taking one settles much else. Of values without
 * members all that can be told at first sight is told once: such a choice is then `isJudged`.
 */
export type Choice = { ways: Alternative[]; isSplit: boolean; isJudged?: boolean }

export type Facts = {
  kind: Kind
  rules: Rules[]
  values: Json[] | undefined
  exhibits: Exhibit[]
  choices: Choice[]
}

export const alternative = (goal: Goal, ...exhibits: Exhibit[]): Alternative => ({ goal, exhibits })

/** The values of one keyword in all rules that have it. */
export const argumentsOf = <T extends Json>({ rules }: Facts, keyword: string): T[] =>
  rules.flatMap(({ rules: schema }) => (schema[keyword] === undefined ? [] : [schema[keyword] as T]))

export const exhibitsOf = <S extends Exhibit['show']>({ exhibits }: Facts, show: S) =>
  exhibits.filter((exhibit): exhibit is Extract<Exhibit, { show: S }> => exhibit.show === show)

export const largest = (numbers: number[], least: number) => Math.max(least, ...numbers)
export const smallest = (numbers: number[], most: number) => Math.min(most, ...numbers)
