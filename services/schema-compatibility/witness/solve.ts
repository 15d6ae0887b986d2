/**
 * Searches for a value that meets a goal, and proves that there is none where it can: a tableau. A goal is taken apart for
 * each kind of value; choices are tried one by one; what is left, limits and members of one value, is decided by the
 * kind's own rules. Every value returned has been checked against the goal. Work is bounded by a number of steps.
 *
 * Recursion: a goal met again while it is being solved has no value smaller than itself, so that branch counts as none;
 * what was concluded on that ground is not remembered beyond the goal it rests on.
 */
import type { Json } from '../../contract/canonical-json.ts'
import { findArray } from './arrays.ts'
import { choose, expand } from './expand.ts'
import type { Alternative, Facts } from './facts.ts'
import { type Goal, isContradiction, isFound, keyOf, kindOf, kinds, meets, type Outcome, type Solve } from './goal.ts'
import { findNumber } from './numbers.ts'
import { findObject, isRuledOut } from './objects.ts'
import { settle } from './settle.ts'
import { findString } from './strings.ts'

/** Steps one solver may take: about half a second of one core at most, a few milliseconds in the common case. */
const stepLimit = 20_000
/** As many demands are judged at first sight in the time of one step. */
const demandsOfStep = 20

/** A solver remembers what it has found, so ask one solver all that concerns one pair of schemas. */
export function createSolver(steps = stepLimit): Solve {
  const remembered = createMemory()
  let left = steps

  const solve: Solve = goal => {
    const keys = new Set(goal.map(keyOf))
    return isContradiction(keys) ? 'none' : remembered([...keys].sort().join(), () => overKinds(goal))
  }

  const overKinds = (goal: Goal): Outcome =>
    firstOf(kinds, kind => {
      const facts: Facts = { kind, rules: [], values: undefined, exhibits: [], choices: [] }
      const seen = new Set<string>()
      return expand(facts, seen, goal) ? branch(goal, facts, seen) : 'none'
    })

  const spend = (demands: number) => {
    left -= demands / demandsOfStep
    return left >= 0
  }

  const branch = (goal: Goal, facts: Facts, seen: Set<string>): Outcome => {
    left -= 1
    if (left < 0) return 'unknown'
    const settled = settle(facts, seen, { solve, spend })
    if (settled !== 'settled') return settled
    const urgent = facts.choices.find(({ ways }) => ways.some(({ exhibits }) => exhibits.length > 0))
    if (!urgent) {
      const outcome = find(facts, value => spend(goal.length) && meets(goal, value), solve)
      if (left < 0 && !isFound(outcome)) return 'unknown' // A value not tried for want of steps may have fitted.
      if (outcome !== 'unknown' || facts.choices.length === 0) return outcome
    }
    const split = facts.choices.find(({ isSplit }) => isSplit)
    const choice = split ?? urgent ?? facts.choices.toSorted((a, b) => a.ways.length - b.ways.length)[0]!
    const choices = facts.choices.filter(other => other !== choice)
    return firstOf(choice.ways, chosen => follow(goal, { ...facts, choices }, seen, chosen))
  }

  const follow = (goal: Goal, facts: Facts, seen: ReadonlySet<string>, chosen: Alternative): Outcome => {
    if (isRuledOut(facts, chosen)) return 'none'
    const next: Facts = {
      ...facts,
      rules: [...facts.rules],
      exhibits: [...facts.exhibits],
      choices: [...facts.choices],
    }
    const nextSeen = new Set(seen)
    return choose(next, nextSeen, chosen) ? branch(goal, next, nextSeen) : 'none'
  }

  return solve
}

/** Outcomes by goal. `find` is run for a goal that is neither known nor under way; it may ask for others on its way. */
function createMemory(): (key: string, find: () => Outcome) => Outcome {
  const known = new Map<string, Outcome>()
  const depthOf = new Map<string, number>()
  /** The smallest depth of a goal under way that the present conclusions rest on. */
  let restsOn = Number.POSITIVE_INFINITY

  const remember = (key: string, find: () => Outcome): Outcome => {
    const outer = restsOn
    const depth = depthOf.size
    restsOn = Number.POSITIVE_INFINITY
    depthOf.set(key, depth)
    const outcome = find()
    depthOf.delete(key)
    if (isFound(outcome) || restsOn >= depth) known.set(key, outcome)
    restsOn = Math.min(outer, restsOn >= depth ? Number.POSITIVE_INFINITY : restsOn)
    return outcome
  }

  return (key, find) => {
    const found = known.get(key)
    if (found) return found
    const underWay = depthOf.get(key)
    if (underWay === undefined) return remember(key, find)
    restsOn = Math.min(restsOn, underWay)
    return 'none'
  }
}

/** The first value that one of the ways leads to; none if all ways lead to none. */
function firstOf<T>(ways: readonly T[], tryWay: (way: T) => Outcome): Outcome {
  let isSure = true
  for (const way of ways) {
    const outcome = tryWay(way)
    if (isFound(outcome)) return outcome
    if (outcome === 'unknown') isSure = false
  }
  return isSure ? 'none' : 'unknown'
}

function find(facts: Facts, fits: (value: Json) => boolean, solve: Solve): Outcome {
  if (facts.values)
    return ofThese(
      facts.values.filter(value => kindOf(value) === facts.kind),
      fits,
    )
  switch (facts.kind) {
    case 'null':
      return ofThese([null], fits)
    case 'boolean':
      return ofThese([true, false], fits)
    case 'integer':
    case 'fraction':
      return findNumber(facts, fits)
    case 'string':
      return findString(facts, fits)
    case 'array':
      return findArray(facts, fits, solve)
    case 'object':
      return findObject(facts, fits, solve)
  }
}

/** All values there are: what does not fit now fits in no branch. */
function ofThese(values: Json[], fits: (value: Json) => boolean): Outcome {
  const value = values.find(fits)
  return value === undefined ? 'none' : { value }
}
