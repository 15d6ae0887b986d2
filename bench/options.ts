/** How thoroughly to measure. */
export type BenchOptions = {
  /** A minute for all: few rounds, small sizes. */
  quick: boolean
  rounds: number
  /** Of each run. */
  seconds: number
  say: (line: string) => void
}
