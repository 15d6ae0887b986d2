/**
 * Counts wrong secrets, by the address that sent them and the name that they were for, so that a guesser is told to stop for the rest
 * of the minute. Ask only of a secret that is wrong: nobody comes upon 256 random bits, and a right one that were turned away would let
 * a guesser lock out the true holder, who shares an address with everybody behind the same proxy. Each process counts for itself.
 */
const mostInMinute = 20
const mostCounted = 10_000

export type WrongGuesses = {
  /** Whether no more guesses are heard in this minute. */
  areTooMany(from: string, name: string): boolean
  count(from: string, name: string): void
}

export function countWrongGuesses(now: () => Date): WrongGuesses {
  let counts = new Map<string, number>()
  let minute = 0
  const current = () => {
    const at = Math.floor(now().getTime() / 60_000)
    if (at !== minute) counts = new Map()
    minute = at
    return counts
  }
  const keyOf = (from: string, name: string) => `${from} ${name.slice(0, 200)}`
  return {
    areTooMany: (from, name) => (current().get(keyOf(from, name)) ?? 0) >= mostInMinute,
    count: (from, name) => {
      const counted = current()
      const key = keyOf(from, name)
      if (!counted.has(key) && counted.size >= mostCounted) counted.delete(counted.keys().next().value!)
      counted.set(key, (counted.get(key) ?? 0) + 1)
    },
  }
}
