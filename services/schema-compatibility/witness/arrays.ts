/** Lists: how long, which item where, what they contain. */
import type { Json, JsonObject } from '../../contract/canonical-json.ts'
import { argumentsOf, exhibitsOf, type Facts, largest, smallest } from './facts.ts'
import { type Goal, isFound, must, mustNot, type Outcome, plain, type Signed, type Solve } from './goal.ts'

const opposite = (signed: Signed): Signed => ({ ...signed, negated: !signed.negated })

/** Longer lists than this are not built to show a point. */
const longest = 1_100

export function findArray(facts: Facts, fits: (value: Json) => boolean, solve: Solve): Outcome {
  const list = new ListSearch(facts, solve)
  if (list.isImpossible()) return 'none'
  for (const items of list.candidates()) if (fits(items)) return { value: items }
  return 'unknown'
}

class ListSearch {
  readonly #facts: Facts
  readonly #solve: Solve
  readonly #least: number
  readonly #most: number
  /** Positions from here on are all alike. */
  readonly #alike: number

  constructor(facts: Facts, solve: Solve) {
    this.#facts = facts
    this.#solve = solve
    this.#least = largest(argumentsOf<number>(facts, 'minItems'), 0)
    this.#most = smallest(argumentsOf<number>(facts, 'maxItems'), Number.POSITIVE_INFINITY)
    const prefixes = argumentsOf<Json[]>(facts, 'prefixItems').map(prefix => prefix.length)
    this.#alike = largest([...prefixes, ...exhibitsOf(facts, 'itemFrom').map(({ from }) => from)], 0)
  }

  /** Every schema's statement about the item at a position. */
  #goalAt(position: number): Goal {
    return this.#facts.rules.flatMap(({ rules, document }) => {
      const prefix = (rules.prefixItems as Json[]) ?? []
      const schema = position < prefix.length ? prefix[position] : rules.items
      return schema === undefined ? [] : [must(schema, document)]
    })
  }

  /** The demands to have so many items that meet a goal. */
  #sorts?: { goal: Goal; least: number; most: number }[]
  #contained(): { goal: Goal; least: number; most: number }[] {
    this.#sorts ??= this.#readContained()
    return this.#sorts
  }

  #readContained(): { goal: Goal; least: number; most: number }[] {
    return this.#facts.rules.flatMap(({ rules, document }) => {
      if (rules.contains === undefined) return []
      const most = Number((rules as JsonObject).maxContains ?? Number.POSITIVE_INFINITY)
      return [{ goal: [must(rules.contains, document)], least: Number(rules.minContains ?? 1), most }]
    })
  }

  #positions = (from: number): number[] =>
    Array.from({ length: Math.max(0, this.#alike - from) + 1 }, (_, i) => from + i).filter(at => at < this.#limit())

  #found?: number
  /** No list can be longer: by `maxItems`, or because no item can stand at that position. */
  #limit(): number {
    if (this.#found === undefined) {
      const upTo = Math.min(this.#alike + 1, this.#most)
      const blocked = Array.from({ length: Math.min(upTo, longest) }, (_, at) => at).find(
        at => this.#solve(this.#goalAt(at)) === 'none',
      )
      this.#found = Math.min(this.#most, blocked ?? Number.POSITIVE_INFINITY)
    }
    return this.#found
  }

  isImpossible(): boolean {
    const { least } = this.#needs()
    if (least > this.#limit()) return true
    const isNowhere = (from: number, goal: Goal) =>
      this.#positions(from).every(at => this.#solve([...this.#goalAt(at), ...goal]) === 'none')
    const isUnique = argumentsOf<boolean>(this.#facts, 'uniqueItems').includes(true)
    return (
      exhibitsOf(this.#facts, 'item').some(({ at, goal }) => this.#solve([...this.#goalAt(at), ...goal]) === 'none') ||
      exhibitsOf(this.#facts, 'itemFrom').some(({ from, goal }) => isNowhere(from, goal)) ||
      this.#contained().some(({ goal, least, most }) => least > most || (least > 0 && isNowhere(0, goal))) ||
      this.#isOverfull() ||
      (exhibitsOf(this.#facts, 'equalItems').length > 0 && (isUnique || this.#limit() < 2))
    )
  }

  /** Must hold more items of one sort than it may hold of a sort that includes it. */
  #isOverfull(): boolean {
    const contained = this.#contained()
    return contained.some(wanted =>
      contained.some(
        limited =>
          wanted.least > limited.most &&
          this.#positions(0).every(
            at => this.#solve([...this.#goalAt(at), ...wanted.goal, ...limited.goal.map(opposite)]) === 'none',
          ),
      ),
    )
  }

  #needs(): { least: number } {
    const placed = exhibitsOf(this.#facts, 'item').map(({ at }) => at + 1)
    const pairs = exhibitsOf(this.#facts, 'equalItems').map(() => 2)
    return { least: largest([...placed, ...pairs, ...this.#contained().map(({ least }) => least)], this.#least) }
  }

  *candidates(): Iterable<Json[]> {
    if (this.#needs().least > longest) return
    const placed = this.#place()
    if (!placed) return
    const least = Math.max(this.#needs().least, ...[...placed.keys()].map(at => at + 1))
    for (const length of [least, least + 1, least + 2, 2 * least + 1]) {
      if (length > this.#limit() || length > longest) continue
      const items = this.#fill(placed, length)
      if (items) yield items
    }
  }

  /** Puts what must be shown, and what must be contained, at positions of its own. */
  #place(): Map<number, Goal> | undefined {
    const placed = new Map<number, Goal>()
    for (const { at, goal } of exhibitsOf(this.#facts, 'item')) placed.set(at, [...(placed.get(at) ?? []), ...goal])
    const wanted = [
      ...exhibitsOf(this.#facts, 'itemFrom').map(({ from, goal }) => ({ from, goal, times: 1 })),
      ...this.#contained().map(({ goal, least }) => ({ from: 0, goal, times: Math.min(least, longest) })),
    ]
    for (const { from, goal, times } of wanted) {
      for (let time = 0; time < times; time += 1) {
        const shy = [
          ...goal,
          ...this.#limited().flatMap(limit => (limit.goal === goal ? [] : limit.goal.map(opposite))),
        ]
        const shyly = this.#freePosition(placed, from, shy)
        const at = shyly ?? this.#freePosition(placed, from, goal)
        if (at === undefined) return undefined
        placed.set(at, shyly === undefined ? goal : shy)
      }
    }
    return placed
  }

  #freePosition(placed: Map<number, Goal>, from: number, goal: Goal): number | undefined {
    const beyond = Math.max(this.#alike, from, ...[...placed.keys()].map(at => at + 1))
    return [...this.#positions(from), beyond].find(
      at => at < this.#limit() && !placed.has(at) && isFound(this.#solve([...this.#goalAt(at), ...goal])),
    )
  }

  #fill(placed: Map<number, Goal>, length: number): Json[] | undefined {
    const isUnique = argumentsOf<boolean>(this.#facts, 'uniqueItems').includes(true)
    const repeats = exhibitsOf(this.#facts, 'equalItems').length > 0
    const items: Json[] = []
    for (let at = 0; at < length; at += 1) {
      const wanted = [...this.#goalAt(at), ...(placed.get(at) ?? [])]
      const distinct = isUnique && items.length > 0 ? [mustNot({ enum: [...items] }, plain)] : []
      const same = repeats && at === length - 1 ? [must({ const: items[at - 1] ?? null }, plain)] : []
      const outcome = this.#solveShyly(wanted, [...distinct, ...same], placed.has(at))
      if (!isFound(outcome)) return undefined
      items.push(outcome.value)
    }
    return items
  }

  #limited = () => this.#contained().filter(({ most }) => Number.isFinite(most))

  /** Items that only fill a list keep out of what it may contain so many times only. */
  #solveShyly(wanted: Goal, more: Goal, isPlaced: boolean): Outcome {
    const limited = this.#limited()
    if (!isPlaced && limited.length > 0) {
      const avoiding = limited.flatMap(({ goal }) => goal.map(opposite))
      const outcome = this.#solve([...wanted, ...more, ...avoiding])
      if (isFound(outcome)) return outcome
    }
    return this.#solve([...wanted, ...more])
  }
}
