/** A load: the same request with many bodies, over so many connections, each with its own share of the bodies. */
export type LoadPlan = {
  url: string
  headers: Record<string, string>
  connections: number
  seconds: number
  bodies: string[]
}

/** Latencies in milliseconds. `bad` counts whatever was not answered with 200. */
export type LoadResult = {
  answered: number
  bad: number
  perSecond: number
  p50: number
  p99: number
  bytes: number
  /** Processor microseconds that the load itself took for each request. */
  cost: number
}
