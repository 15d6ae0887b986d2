/** A bucket of a Prometheus histogram: how many observations were at most `le`. */
export type Bucket = { le: number; count: number }

/**
 * The median that a histogram allows to tell: within its bucket it is taken as evenly spread, as PromQL's
 * histogram_quantile does. Undefined without observations, the last finite bound beyond it.
 */
export function medianOf(buckets: readonly Bucket[]): number | undefined {
  const total = buckets.at(-1)?.count ?? 0
  if (total === 0) return undefined
  const half = total / 2
  const at = buckets.findIndex(({ count }) => count >= half)
  const { le, count } = buckets[at]!
  const below = at === 0 ? { le: 0, count: 0 } : buckets[at - 1]!
  if (le === Number.POSITIVE_INFINITY) return below.le
  return below.le + ((le - below.le) * (half - below.count)) / (count - below.count)
}
