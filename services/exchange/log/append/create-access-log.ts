/**
 * Appends to the access log inside the transaction that the entries are about. The order is what keeps the promises:
 * work → take the head → hash, extend the edge, sign → insert → commit → publish the checkpoint → answer. A checkpoint
 * leaves this process only after its transaction has committed, so nothing that was rolled back is ever signed for others.
 */
import type pg from 'pg'
import { isFailure } from '../../../contract/failure.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'
import { emptyRoot } from '../tree/merkle.ts'
import type { AccessLog, CommitOptions, Draft } from './access-log.ts'
import type { KeptHead } from './continuation-store.ts'
import { type PreparedEntry, prepareEntry } from './entry.ts'
import { clockSkew, requireTime, timeOf } from './entry-time.ts'
import { lostHead, lostLog } from './find-lost-head.ts'
import type { Batch, Head } from './head.ts'
import { createHeadCheck, keysOf } from './head-check.ts'
import { appendStatements, lockHead, readHead } from './log-store.ts'
import { createOwnHead, HeadMoved } from './own-head.ts'
import { readPublished } from './published-store.ts'
import { receiptsOf, type SealOptions, sealBatch, signHead } from './seal.ts'
import { createTurns, type Turn } from './turns.ts'

/** Keeps a checkpoint outside the database; throws where it cannot. */
export type CheckpointSink = (checkpoint: string) => void | Promise<void>

export type AccessLogOptions = SealOptions & {
  pool: pg.Pool
  /** Verifier keys of earlier signers, whose checkpoints this log may still have to extend. */
  formerKeys?: readonly string[]
  now: () => Date
  /** Milliseconds, see entry-time.ts; tests that live in another time allow more. */
  clockSkew?: number
  sinks: readonly CheckpointSink[]
  /** Throws where the sinks could keep nothing now. Asked before any work is done, so that uses are not spent in vain. */
  verifySinks?: () => void
  /** The checkpoint kept outside the database before this process: nothing is appended unless the database holds it. */
  kept?: readonly KeptHead[]
  /** Whether a checkpoint is published only once witnesses have cosigned it; see witnessing.ts. */
  witnessed?: boolean
}

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const { pool, sinks, now, clockSkew: skew = clockSkew } = options
  const trusted = createHeadCheck(options)
  const own = createOwnHead()
  const turns = createTurns()
  const sealAt = (head: Head, prepared: readonly PreparedEntry[], at: Date, isGuess = false): Sealed => {
    const batch = sealBatch(options, head, prepared, at)
    trusted.sealed(batch)
    own.sealed(batch)
    return { batch, isGuess, turn: turns.turn() }
  }
  const clocksOf = ({ at, clock }: Head, { anewFrom }: CommitOptions<unknown>) => ({
    now: now(),
    last: anewFrom === 'clock' ? undefined : at,
    database: clock,
  })
  const seal = (head: Head, prepared: readonly PreparedEntry[], commit: CommitOptions<unknown> = {}): Sealed =>
    sealAt(trusted.check(head), prepared, requireTime(clocksOf(head, commit), skew))
  /** Undefined where the head has to be locked and read. */
  const sealGuess = (head: Head | undefined, prepared: readonly PreparedEntry[], commit: CommitOptions<unknown>) => {
    const at = head && timeOf(clocksOf(head, commit), skew)
    return head && at instanceof Date ? sealAt(head, prepared, at, true) : undefined
  }
  const { kept = [] } = options
  let isHeld = kept.length === 0
  /** Once it is held it stays so: from then on this process itself knows what it has committed. */
  const requireKept = async () => {
    if (isHeld) return
    const lost = await lostHead(pool, kept)
    if (lost) throw lostLog(lost)
    isHeld = true
  }
  /**
   * For a refusal: its effects are rolled back by now, its entries go in nevertheless. `made` hears of the batch at once: its turn
   * must end whatever becomes of it, or nobody's checkpoint is published any more.
   */
  const appendAlone = (prepared: readonly PreparedEntry[], made: (sealed: Sealed) => void) =>
    inTransaction(
      pool,
      async tx => {
        const sealed = seal(await lockHead(tx), prepared)
        made(sealed)
        return sealed
      },
      { last: ({ batch }) => appendStatements(batch, skew) },
    )

  /** @throws HeadMoved where the head was guessed and is another by now: nothing was committed. */
  async function commitOnce<T, R>(work: Work<T, R>, commit: CommitOptions<R>, mayGuess: boolean) {
    const { first } = commit
    const prepared: PreparedEntry[] = []
    let sealed: Sealed | undefined
    try {
      const outcome = await inTransaction(
        pool,
        async (tx, read) => {
          const outcome = await work(tx, draft => prepared.push(prepareEntry(draft)), read)
          if (isFailure(outcome) || prepared.length === 0) return outcome
          const guessed = mayGuess ? sealGuess(own.guess(), prepared, commit) : undefined
          sealed = guessed ?? seal(await lockHead(tx), prepared, commit)
          return outcome
        },
        { ...(first && { first }), last: () => (sealed ? appendStatements(sealed.batch, skew) : []) },
      )
      if (isFailure(outcome) && prepared.length > 0) {
        await appendAlone(prepared, made => {
          sealed = made
        })
      }
      if (!sealed) return { outcome, appended: [] }
      trusted.committed(sealed.batch)
      await sealed.turn.comes
      await publish(sinks, sealed.batch.checkpoint)
      return { outcome, appended: receiptsOf(sealed.batch) }
    } catch (error) {
      if (sealed) own.failed()
      throw sealed?.isGuess ? own.refused(error) : error
    } finally {
      sealed?.turn.end()
    }
  }

  return {
    origin: options.origin,
    keys: keysOf(options),
    checkpoint: () => newestPublished(options),
    batchesAtOnce: () => (own.isShared() ? 1 : 2),
    async verifyHead() {
      requireSinks(options)
      await trusted.verify(() => readHead(pool))
      await requireKept()
    },
    lost: database => lostHead(database, kept),
    async verifyClock() {
      const { at, clock } = await readHead(pool)
      requireTime({ now: now(), last: at, database: clock }, skew)
    },
    async commitWith(work, commit = {}) {
      requireSinks(options)
      if (!isHeld && commit.anewFrom !== 'restore') await requireKept()
      if (!commit.repeatable) return commitOnce(work, commit, false)
      try {
        return await commitOnce(work, commit, true)
      } catch (error) {
        if (!(error instanceof HeadMoved)) throw error
        return commitOnce(work, commit, false)
      }
    },
  }
}

type Work<T, R> = (tx: Transaction, record: (draft: Draft) => void, read: R) => Promise<T>

/** A batch that is made, and its turn to have its checkpoint published. */
type Sealed = { batch: Batch; isGuess: boolean; turn: Turn }

async function newestPublished(options: AccessLogOptions): Promise<string> {
  if (!options.witnessed) return (await readHead(options.pool)).checkpoint || signHead(options, 0, emptyRoot)
  const published = await readPublished(options.pool)
  if (!published) throw new LogUnavailable('no checkpoint has been cosigned by enough witnesses yet')
  return published.checkpoint
}

function requireSinks({ verifySinks }: AccessLogOptions): void {
  try {
    verifySinks?.()
  } catch (cause) {
    throw new LogUnavailable(`checkpoints cannot be kept outside the database: ${(cause as Error).message}`, { cause })
  }
}

async function publish(sinks: readonly CheckpointSink[], checkpoint: string): Promise<void> {
  try {
    for (const sink of sinks) await sink(checkpoint)
  } catch (cause) {
    throw new LogUnavailable('the checkpoint could not be kept outside the database', { cause })
  }
}
