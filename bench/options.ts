/** How thoroughly to measure. */
export type BenchOptions = {
  /** A minute for all: few rounds, small sizes. */
  quick: boolean
  rounds: number
  /** Of each run. */
  seconds: number
  /** How large the registry (pulls, growth) and the access log (growth) get, instead of what each has by itself. */
  records?: number
  entries?: number
  /** How often the exchange is killed. */
  kills?: number
  say: (line: string) => void
}
