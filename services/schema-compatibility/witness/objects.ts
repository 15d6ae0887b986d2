/** Objects: which members there must be, may be, and what the schemas say of each. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { matches } from '../accepts.ts'
import { type Alternative, argumentsOf, type Exhibit, exhibitsOf, type Facts, largest, smallest } from './facts.ts'
import { type Goal, isContradiction, isFound, keyOf, meets, mustNot, type Outcome, plain, type Solve } from './goal.ts'
import { freshNames, goalOfMember, isAllowedName, writtenNames } from './members.ts'

/** Objects with more members than this are not built to show a point. */
const mostMembers = 1_000

/** A quick no for alternatives that concern one member about which nothing has changed: the bulk of a large schema. */
export function isRuledOut(facts: Facts, { exhibits }: Alternative): boolean {
  return exhibits.some(exhibit => {
    if (exhibit.show !== 'member') return false
    return isContradiction(new Set([...exhibit.goal, ...goalOfMember(facts, exhibit.name)].map(keyOf)))
  })
}

export function findObject(facts: Facts, fits: (value: Json) => boolean, solve: Solve): Outcome {
  const needed = neededMembers(facts, solve)
  if (needed === 'none' || needed === 'unknown') return needed
  const most = smallest(argumentsOf<number>(facts, 'maxProperties'), Number.POSITIVE_INFINITY)
  const least = largest(argumentsOf<number>(facts, 'minProperties'), 0)
  if (least > most || needed.fixed > most) return 'none'
  if (needed.members.size > most || least > mostMembers) return 'unknown'
  const members = fillUp(facts, needed.members, least, solve)
  if (members.size < least) return isClosed(facts, solve) ? 'none' : 'unknown'
  for (const value of variations(facts, members, most, solve)) if (fits(value)) return { value }
  return 'unknown'
}

/** `fixed` counts the members that every such object has; the others have names of our choice. */
type Needed = { members: Map<string, Json>; fixed: number }

function neededMembers(facts: Facts, solve: Solve): Needed | 'none' | 'unknown' {
  const goals = new Map<string, Goal>()
  for (const { name, goal } of exhibitsOf(facts, 'member')) goals.set(name, [...(goals.get(name) ?? []), ...goal])
  for (const name of argumentsOf<string[]>(facts, 'required').flat()) if (!goals.has(name)) goals.set(name, [])
  const members = new Map<string, Json>()
  let isSure = true
  for (const [name, goal] of goals) {
    if (!isAllowedName(facts, name)) return 'none'
    const outcome = solve([...goal, ...goalOfMember(facts, name)])
    if (outcome === 'none') return 'none'
    if (isFound(outcome)) members.set(name, outcome.value)
    else isSure = false
  }
  for (const exhibit of facts.exhibits) {
    const member = findMember(facts, exhibit, members, solve)
    if (member === 'none') return 'none'
    if (member === 'unknown') isSure = false
    else if (member) members.set(...member)
  }
  return isSure ? { members, fixed: goals.size } : 'unknown'
}

/** A member to show where the name is ours to choose; undefined where none is asked for. */
function findMember(facts: Facts, exhibit: Exhibit, members: ReadonlyMap<string, Json>, solve: Solve) {
  const search = searchOf(exhibit)
  if (!search) return undefined
  const { nameGoal, goal, isWanted } = search
  const fresh = freshNames(facts, solve, nameGoal)
  let isSure = fresh.isAll
  const written = writtenNames(facts).filter(name => isAllowedName(facts, name))
  for (const name of [...written, ...fresh.names]) {
    if (!isWanted(name)) continue
    const outcome = solve([...goal, ...goalOfMember(facts, name)])
    if (outcome === 'unknown') isSure = false
    else if (isFound(outcome) && !members.has(name)) return [name, outcome.value] as const
    else if (isFound(outcome)) isSure = false
  }
  return isSure ? ('none' as const) : ('unknown' as const)
}

type Search = { nameGoal: Goal; goal: Goal; isWanted: (name: string) => boolean }

function searchOf(exhibit: Exhibit): Search | undefined {
  switch (exhibit.show) {
    case 'memberMatching':
      return { nameGoal: [], goal: exhibit.goal, isWanted: name => matches(exhibit.pattern, name) }
    case 'memberOutside': {
      const { names, patterns, goal } = exhibit
      const isInside = (name: string) => names.includes(name) || patterns.some(pattern => matches(pattern, name))
      return { nameGoal: [], goal, isWanted: name => !isInside(name) }
    }
    case 'memberNamed':
      return { nameGoal: exhibit.nameGoal, goal: [], isWanted: name => meets(exhibit.nameGoal, name) }
    default:
      return undefined
  }
}

function fillUp(facts: Facts, needed: Map<string, Json>, least: number, solve: Solve): Map<string, Json> {
  const members = new Map(needed)
  for (const [name, value] of optionalMembers(facts, solve)) {
    if (members.size >= least) break
    if (!members.has(name)) members.set(name, value)
  }
  return members
}

/** Whether no member can have a name that no schema writes out. */
function isClosed(facts: Facts, solve: Solve): boolean {
  const { names, isAll } = freshNames(facts, solve)
  const isDecided = writtenNames(facts).every(name => solve(goalOfMember(facts, name)) !== 'unknown')
  return isAll && isDecided && names.every(name => solve(goalOfMember(facts, name)) === 'none')
}

/** Members that may be added: those with a written name, then any number with names of our choice. */
function* optionalMembers(facts: Facts, solve: Solve): Iterable<[string, Json]> {
  const allowed = writtenNames(facts).filter(name => isAllowedName(facts, name))
  const fresh = () => {
    const { names } = freshNames(facts, solve)
    return names.flatMap(name => [name, ...Array.from({ length: 20 }, (_, i) => `${name}${i}`)])
  }
  for (const names of [() => allowed, fresh]) {
    for (const name of names()) {
      if (!isAllowedName(facts, name)) continue
      const outcome = solve(goalOfMember(facts, name))
      if (isFound(outcome)) yield [name, outcome.value]
    }
  }
}

/** The object, then objects a little different from it: where an enum or a condition excludes the first. */
function* variations(facts: Facts, members: Map<string, Json>, most: number, solve: Solve): Iterable<JsonObject> {
  yield Object.fromEntries(members)
  if (members.size < most) {
    let left = 12
    for (const [name, value] of optionalMembers(facts, solve)) {
      if (left <= 0) break
      if (members.has(name)) continue
      left -= 1
      yield Object.fromEntries([...members, [name, value]])
    }
  }
  for (const [name, value] of [...members].slice(0, 8)) {
    const goals = exhibitsOf(facts, 'member').flatMap(exhibit => (exhibit.name === name ? exhibit.goal : []))
    const outcome = solve([...goals, ...goalOfMember(facts, name), mustNot({ enum: [value] }, plain)])
    if (isFound(outcome)) yield Object.fromEntries([...members, [name, outcome.value]])
  }
}
