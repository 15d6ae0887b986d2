/**
 * Sequences for records that bring none: the time of arrival in milliseconds, the unit of file times and of Kafka's own
 * timestamps, and one more than the last where a record changes twice within a millisecond.
 */
export function createClockSequence(now: () => Date): (key: string) => number {
  const recent = new Map<string, number>()
  let newest = 0
  return key => {
    const time = now().getTime()
    if (time > newest) recent.clear()
    const sequence = Math.max(time, (recent.get(key) ?? 0) + 1)
    recent.set(key, sequence)
    newest = Math.max(newest, sequence)
    return sequence
  }
}
