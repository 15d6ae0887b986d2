/**
 * The head of the log as this process has committed it last. A batch of the lane goes on from there without asking; PostgreSQL
 * refuses it where another has appended since, and the same work is done again with the head locked and read first.
 */
import { type Batch, type Head, headOf } from './head.ts'

/** Thrown where a batch was made to follow on a head that is another by now; nothing was committed. */
export class HeadMoved extends Error {}

/**
 * As often must a locked head be found as this process had left it, once another had moved it, until it is trusted to stay: where two
 * processes append all the time, nearly every batch would be made twice.
 */
const cautiousFor = 20

export function createKnownHead() {
  let known: Head | undefined
  let cautious = 0
  return {
    /** The head to go on from; undefined where it has to be locked and read. */
    now: (): Head | undefined => (cautious === 0 ? known : undefined),
    locked({ checkpoint }: Head) {
      if (known && known.checkpoint !== checkpoint) cautious = cautiousFor
      else if (cautious > 0) cautious -= 1
    },
    committed(batch: Batch) {
      if (!known || known.edge.size < batch.growth.edge.size) known = headOf(batch)
    },
    /** The error of a batch, as `commitWith` throws it. Whether it is committed may be unknown, so the head is. */
    failed(error: unknown): unknown {
      known = undefined
      const { code } = error as { code?: unknown }
      if (code !== headMoved && code !== aheadOfClock) return error
      cautious = cautiousFor
      return new HeadMoved('another process has appended to the log', { cause: error })
    },
  }
}

/** SQLSTATEs of advance_access_log_head. Of a batch ahead of the clock too the head is read then: it says by how much. */
const headMoved = 'LH001'
const aheadOfClock = 'LH002'
