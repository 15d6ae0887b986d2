/** Which partitions do not move though messages wait, and for how long the oldest has waited. Pure; times in milliseconds. */
import type { TopicLog } from '../../../kafka/kafka.ts'

export type Logs = ReadonlyMap<string, TopicLog>

/** A partition on which messages wait that are not taken in: `seconds` since it moved. A missing topic has no partition. */
export type StuckPartition = {
  dataset: string
  partition?: number
  because: 'unreadable-batch' | 'not-moving' | 'no-topic'
  seconds: number
}

/** `next` is where the partition stands, and `since` when it was first seen there with messages waiting. */
export type Waiting = { next: number; since: number; seen: { end: number; at: number }[] }

const mostSeen = 240

/**
 * Knowledge of a partition after another look; undefined where nothing waits. Ages are counted from when the end of the
 * log was first seen beyond a message: timestamps are the producers', who may be wrong by years.
 */
export function lookAgain(
  before: Waiting | undefined,
  { next, end }: { next: number; end: number },
  now: number,
): Waiting | undefined {
  if (end <= next) return undefined
  const left = (before?.seen ?? []).filter(one => one.end > next)
  const seen = end > (left.at(-1)?.end ?? next) ? [...left, { end, at: now }] : left
  const since = before && before.next === next ? before.since : now
  return { next, since, seen: seen.length > mostSeen ? seen.filter((_, n) => n % 2 === 0) : seen }
}

export const oldestAge = ({ seen }: Waiting, now: number): number => now - (seen[0]?.at ?? now)

/** Milliseconds that it stood where it stands. */
export const stoodFor = ({ since }: Waiting, now: number): number => now - since
