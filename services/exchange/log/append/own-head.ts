/**
 * The head of the log as this process left it. A batch that goes on from there need not ask for the head and wait for the
 * answer with the head locked: nobody else can append from its insert to its commit, and no longer. It is a guess,
 * though, as other processes append too, and a batch that was sealed may come to nothing: PostgreSQL refuses a batch that
 * does not follow on (see `appendStatement`), and the same work is then done again with the head locked.
 * Of more than two that wait for the row PostgreSQL does not keep the order, so this is for two batches in flight.
 */
import { type Batch, type Head, headOf } from './head.ts'

/** Thrown where a batch was made to follow on a head that is another by now; nothing was committed. */
export class HeadMoved extends Error {}

/** After a wrong guess as many batches lock the head: where several processes append, most guesses would be wrong. */
const cautiousFor = 200

export function createOwnHead() {
  let newest: Batch | undefined
  let cautious = 0
  return {
    /** The head to go on from; undefined where it has to be locked and read. */
    guess: (): Head | undefined => (cautious === 0 && newest ? headOf(newest) : undefined),
    isShared: () => cautious > 0,
    sealed(batch: Batch) {
      newest = batch
      if (cautious > 0) cautious -= 1
    },
    /** Whatever was sealed after a batch that failed follows on something that never was. */
    failed() {
      newest = undefined
    },
    /** The error as `commitWith` throws it: a statement that found another head than it followed on says so. */
    refused(error: unknown): unknown {
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
