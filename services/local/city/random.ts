/** Chance that repeats itself: the same seeds give the same draws, in any order of creation. */
export type Random = {
  /** A whole number from `min` to `max`, both included. */
  between(min: number, max: number): number
  /** True with the probability given, 0 to 1. */
  chance(probability: number): boolean
  pick<T>(list: readonly T[]): T
}

/** A generator of its own for each combination of seeds (the algorithm is mulberry32; not for secrets). */
export function randomFrom(...seeds: number[]): Random {
  let state = seeds.reduce((mixed, seed) => scramble(mixed ^ scramble(seed + 0x9e3779b9)), 0)
  const next = () => {
    state = (state + 0x6d2b79f5) | 0
    return (scramble(state) >>> 0) / 2 ** 32
  }
  const between = (min: number, max: number) => min + Math.floor(next() * (max - min + 1))
  return {
    between,
    chance: probability => next() < probability,
    pick: list => list[between(0, list.length - 1)]!,
  }
}

/** Spreads every bit of a 32-bit number over all bits. */
function scramble(number: number): number {
  let bits = Math.imul(number ^ (number >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return bits ^ (bits >>> 16)
}
