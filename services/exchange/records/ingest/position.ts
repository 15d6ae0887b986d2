/** Where to go on reading a partition, by what was read of it and by what its log holds now. Pure. */
import type { PartitionLog } from '../../../kafka/kafka.ts'

/** A position remembered: everything before `next` was taken in, from the topic of this id, the last of it at `movedAt`. */
export type Stood = { next: number; topicId: string | undefined; movedAt: Date }

/** `firstNewer` is the first message written after `movedAt`; asked for only where no id is remembered. */
export type Found = PartitionLog & { id: string | undefined; firstNewer?: number | undefined }

/**
 * Why reading does not simply go on. `made-anew`: the topic was deleted and made again. `cut-short`: the log ends before what
 * was read of it. `gone`: retention removed messages that were never taken in.
 */
export type Break = { what: 'made-anew' | 'cut-short'; stood: number } | { what: 'gone'; from: number; to: number }

export type GoingOn = { next: number; broken?: Break }

/**
 * Reads from the start of the log where in doubt: a record that comes again does no harm, one that is passed over is lost.
 * A position without an id (from before ids were remembered) is trusted if nothing before it was written after it was moved.
 */
export function goOn(stood: Stood | undefined, found: Found): GoingOn {
  const next = stood?.next ?? 0
  if (stood && isAnother(stood, found)) return { next: found.start, broken: { what: 'made-anew', stood: next } }
  if (next > found.end) return { next: found.start, broken: { what: 'cut-short', stood: next } }
  if (next < found.start) return { next: found.start, broken: { what: 'gone', from: next, to: found.start - 1 } }
  return { next }
}

function isAnother(stood: Stood, { id, firstNewer }: Found): boolean {
  if (stood.topicId !== undefined) return id !== undefined && id !== stood.topicId
  return firstNewer !== undefined && firstNewer < stood.next
}
