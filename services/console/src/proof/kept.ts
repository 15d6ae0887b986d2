/**
 * This browser's memory of the log, so that it notices when the hub tells another story: the keys it met first, and
 * the checkpoints it has seen. No personal data.
 */
const keysKey = 'datarun-log-keys'
const checkpointsKey = 'datarun-checkpoints'
const mostKept = 50

export type Kept = { note: string; size: number; at: string }

const read = <T>(key: string): T[] => JSON.parse(localStorage.getItem(key) ?? '[]') as T[]

/** Keys seen now that were not there when this browser met the log first. */
export function newKeys(keys: readonly string[]): string[] {
  const known = read<string>(keysKey)
  if (known.length === 0) localStorage.setItem(keysKey, JSON.stringify(keys))
  return known.length === 0 ? [] : keys.filter(key => !known.includes(key))
}

export const trustKeys = (keys: readonly string[]): void => localStorage.setItem(keysKey, JSON.stringify(keys))

const keptCheckpoints = (): Kept[] => read<Kept>(checkpointsKey)

/** Newest first; one for each size. */
export function keepCheckpoint(kept: Kept): Kept[] {
  const others = keptCheckpoints().filter(({ size }) => size !== kept.size)
  const all = [kept, ...others].sort((one, other) => other.size - one.size).slice(0, mostKept)
  localStorage.setItem(checkpointsKey, JSON.stringify(all))
  return all
}
