/** The ratios that docs/performance.md states, and whether a run still reaches them. */
import { readFile } from 'node:fs/promises'
import type { Figure, Outcome } from './figures.ts'
import { page } from './page.ts'

const tolerated = 0.25

/** A row of the table of ratios begins with the figure's name in backticks, and its median in the next cell but one. */
export function readStated(text: string): Map<string, number> {
  const rows = text.matchAll(/^\| `([\w.-]+)` \|[^|]*\| ([\d.]+) × \|/gm)
  return new Map([...rows].map(([, name, value]) => [name!, Number(value)]))
}

/** A sentence for each ratio that was a quarter worse than stated in every round. */
export async function regressions(outcomes: readonly Outcome[]): Promise<string[]> {
  const stated = readStated(await readFile(page, 'utf8'))
  return outcomes
    .flatMap(({ ratios }) => ratios)
    .flatMap(figure => {
      const before = stated.get(figure.name)
      if (before === undefined || !isWorse(figure, before)) return []
      return [
        `${figure.name} was ${before} ×, and is ${figure.value.toFixed(2)} ×: more than a quarter worse in every round.`,
      ]
    })
}

/**
 * Without a goal nothing says which way is better. Rounds of a second each are disturbed by whatever else the machine does, but
 * not all of them: the best one decides.
 */
export function isWorse({ goal, low, high }: Figure, before: number): boolean {
  if (!goal) return false
  return 'atLeast' in goal ? high < before * (1 - tolerated) : low > before * (1 + tolerated)
}
