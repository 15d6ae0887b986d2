/** Batches on the heads that they go on from, for one process: which head is trusted, and at what time. */
import type { CommitOptions } from './access-log.ts'
import type { PreparedEntry } from './entry.ts'
import { type Clocks, clockSkew, requireTime, timeOf } from './entry-time.ts'
import type { Batch, Head } from './head.ts'
import { createHeadCheck } from './head-check.ts'
import { createKnownHead } from './known-head.ts'
import { type SealOptions, sealBatch } from './seal.ts'

export type SealerOptions = SealOptions & {
  /** Verifier keys of earlier signers, whose checkpoints this log may still have to extend. */
  formerKeys?: readonly string[]
  now: () => Date
  /** Milliseconds, see entry-time.ts; tests that live in another time allow more. */
  clockSkew?: number
}

/** `isLocked`: whether the head was locked and read; else it is what this process had left, and is held against the real one. */
export type Sealed = { batch: Batch; isLocked: boolean }

type Anew = Pick<CommitOptions<unknown>, 'anewFrom'>

export type Sealer = ReturnType<typeof createSealer>

export function createSealer(options: SealerOptions) {
  const { now, clockSkew: skew = clockSkew } = options
  const trusted = createHeadCheck(options)
  const known = createKnownHead()
  const sealAt = (head: Head, prepared: readonly PreparedEntry[], at: Date): Batch => {
    const batch = sealBatch(options, head, prepared, at)
    trusted.sealed(batch)
    return batch
  }
  const clocksOf = (head: Head, anew: Anew = {}) => clocks(now(), head, anew)
  return {
    skew,
    verify: trusted.verify,
    /** @throws LogUnavailable where this head may not be gone on from, or the clocks allow no entry. */
    sealLocked(head: Head, prepared: readonly PreparedEntry[], anew: Anew = {}): Sealed {
      known.locked(head)
      const at = requireTime(clocksOf(head, anew), skew)
      return { batch: sealAt(trusted.check(head), prepared, at), isLocked: true }
    },
    /** Undefined where the head has to be locked and read. */
    sealKnown(prepared: readonly PreparedEntry[], anew: Anew): Sealed | undefined {
      const head = known.now()
      const at = head && timeOf(clocksOf(head, anew), skew)
      return head && at instanceof Date ? { batch: sealAt(head, prepared, at), isLocked: false } : undefined
    },
    committed({ batch }: Sealed) {
      trusted.committed(batch)
      known.committed(batch)
    },
    /** The error as `commitWith` throws it. */
    failed({ isLocked }: Sealed, error: unknown): unknown {
      const told = known.failed(error)
      return isLocked ? error : told
    },
    /** @throws LogUnavailable where this process's clock allows no entry on that head. */
    requireTime: (head: Head) => void requireTime(clocksOf(head), skew),
  }
}

const clocks = (now: Date, { at, clock }: Head, { anewFrom }: Anew): Clocks => ({
  now,
  last: anewFrom === 'clock' ? undefined : at,
  database: clock,
})
