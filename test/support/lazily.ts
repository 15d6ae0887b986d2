/** A function that works at its first call; later callers share the outcome, a failure too. */
export function lazily<T>(work: () => Promise<T>): () => Promise<T> {
  let outcome: Promise<T> | undefined
  return () => {
    outcome ??= work()
    return outcome
  }
}
