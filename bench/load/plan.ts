/** A load: the same request with many bodies, over so many connections, each with its own share of the bodies. */
export type LoadPlan = {
  url: string
  headers: Record<string, string>
  connections: number
  seconds: number
  bodies: string[]
  /** Where each request asks about so many subjects, each of which must be answered on a line that says 200. */
  subjects?: number
}

/** Latencies of a request in milliseconds. `bad` counts whatever was not answered with 200; all else is for a subject. */
export type LoadResult = {
  answered: number
  bad: number
  perSecond: number
  p50: number
  p99: number
  bytes: number
  /** Processor microseconds that the load itself took. */
  cost: number
}
