/** Draws what follows from the facts without trying anything: choices that are settled go, what is left of one is taken. */
import { choose } from './expand.ts'
import type { Alternative, Facts } from './facts.ts'
import type { Solve } from './goal.ts'
import { judgeWay, type Known, readKnown } from './known.ts'

/** `spend` takes the number of demands about to be judged from the solver's budget; false where it is used up. */
type Settling = { solve: Solve; spend: (demands: number) => boolean }

/** `none` where the facts contradict each other. */
type Settled = 'settled' | 'none' | 'unknown'

/** `facts` and `seen` are changed, so pass copies. */
export function settle(facts: Facts, seen: Set<string>, { solve, spend }: Settling): Settled {
  for (;;) {
    const fresh = facts.choices.filter(choice => facts.kind === 'object' || !choice.isJudged)
    if (fresh.length === 0) return 'settled'
    const known = readKnown(facts, solve)
    if (!known) return 'none'
    if (!spend(fresh.reduce((sum, { ways }) => sum + sizeOf(ways), 0))) return 'unknown'
    const open = facts.choices.filter(choice => !fresh.includes(choice))
    const forced: Alternative[] = []
    for (const choice of fresh) {
      const left = waysLeft(choice.ways, known)
      if (left === 'settled') continue
      if (left.length === 0) return 'none'
      if (left.length === 1) forced.push(left[0]!)
      else open.push({ ...choice, ways: left, isJudged: true })
    }
    facts.choices = open
    if (forced.length === 0) return 'settled'
    if (!forced.every(way => choose(facts, seen, way))) return 'none'
  }
}

function waysLeft(ways: Alternative[], known: Known): Alternative[] | 'settled' {
  const left: Alternative[] = []
  for (const way of ways) {
    const judgement = judgeWay(way, known)
    if (judgement === 'yes') return 'settled'
    if (judgement === 'maybe') left.push(way)
  }
  return left
}

const sizeOf = (ways: Alternative[]) => ways.reduce((sum, { goal, exhibits }) => sum + goal.length + exhibits.length, 0)
