/** A measurement's result: numbers with their spread over the rounds, ratios before everything else. */

export type Figure = {
  /** Stable, as docs/performance.md names it: `pulls.throughput-to-bare`. */
  name: string
  /** Title of the measurement, for people. */
  title: string
  /** Median of the rounds, with the least and the greatest. */
  value: number
  low: number
  high: number
  /** `×` for ratios. */
  unit: string
  goal?: Goal
}
type Goal = { atLeast: number } | { atMost: number }

export type Outcome = {
  measurement: string
  /** Conditions of the measurement: sizes, connections, seconds. */
  setting: Record<string, number | string>
  ratios: Figure[]
  /** Stands in docs/performance.md, as the ratios do. */
  figures: Figure[]
  /** Stands in the JSON beside it. */
  details?: Figure[]
}

const median = (values: readonly number[]): number => {
  const sorted = values.toSorted((one, other) => one - other)
  const middle = Math.floor(sorted.length / 2)
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2
}

type About = Pick<Figure, 'name' | 'title' | 'unit' | 'goal'>

export const figureOf = (about: About, values: readonly number[]): Figure => ({
  ...about,
  value: median(values),
  low: Math.min(...values),
  high: Math.max(...values),
})

/** Formed within each round, where both ran one after the other under the same conditions, and only then the median. */
export function ratioOf<Run>(
  about: Omit<About, 'unit'>,
  rounds: readonly Run[],
  over: (round: Run) => number,
  under: (round: Run) => number,
): Figure {
  const ratios = rounds.map(round => over(round) / under(round))
  return figureOf({ ...about, unit: '×' }, ratios)
}

export const isMet = ({ value, goal }: Figure): boolean =>
  !goal || ('atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost)
