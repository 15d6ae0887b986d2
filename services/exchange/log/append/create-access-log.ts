/**
 * Appends to the access log inside the transaction that the entries are about. The order is what keeps the promises:
 * work → take the head → hash, extend the edge, sign → insert → commit → publish the checkpoint → answer. A checkpoint
 * leaves this process only after its transaction has committed, so nothing that was rolled back is ever signed for others.
 */
import type pg from 'pg'
import { isFailure } from '../../../contract/failure.ts'
import { createLane, type Lane } from '../../../postgres/lane.ts'
import { inTransaction } from '../../../postgres/transaction.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'
import { emptyRoot } from '../tree/merkle.ts'
import type { AccessLog, CommitOptions, Work } from './access-log.ts'
import type { KeptHead } from './continuation-store.ts'
import { type PreparedEntry, prepareEntry } from './entry.ts'
import { lostHead, lostLog } from './find-lost-head.ts'
import type { Batch } from './head.ts'
import { keysOf } from './head-check.ts'
import { HeadMoved } from './known-head.ts'
import { appendStatements, lockHead, readHead } from './log-store.ts'
import { type CheckpointSink, createPublisher } from './publish.ts'
import { readPublished } from './published-store.ts'
import { receiptsOf, signHead } from './seal.ts'
import { createSealer, type Sealed, type Sealer, type SealerOptions } from './sealer.ts'

export type AccessLogOptions = SealerOptions & {
  pool: pg.Pool
  sinks: readonly CheckpointSink[]
  /** Throws where the sinks could keep nothing now. Asked before any work is done, so that uses are not spent in vain. */
  verifySinks?: () => void
  /** The checkpoint kept outside the database before this process: nothing is appended unless the database holds it. */
  kept?: readonly KeptHead[]
  /** Whether a checkpoint is published only once witnesses have cosigned it; see witnessing.ts. */
  witnessed?: boolean
}

type Parts = { pool: pg.Pool; lane: Lane; sealer: Sealer; publish: (batch: Batch) => Promise<void> }

export function createAccessLog(options: AccessLogOptions): AccessLog {
  const { pool, kept = [] } = options
  const sealer = createSealer(options)
  const parts: Parts = { pool, lane: createLane(pool), sealer, publish: createPublisher(options.sinks) }
  const requireKept = keptOnce(pool, kept)
  return {
    origin: options.origin,
    keys: keysOf(options),
    checkpoint: () => newestPublished(options),
    async verifyHead() {
      requireSinks(options)
      await sealer.verify(() => readHead(pool))
      await requireKept()
    },
    lost: database => lostHead(database, kept),
    verifyClock: async () => sealer.requireTime(await readHead(pool)),
    async commitWith(work, commit = {}) {
      requireSinks(options)
      if (commit.anewFrom !== 'restore') await requireKept()
      try {
        return await commitOnce(parts, work, commit, commit.repeatable)
      } catch (error) {
        if (!(error instanceof HeadMoved)) throw error
        return commitOnce(parts, work, commit)
      }
    },
  }
}

/** @throws HeadMoved where the head was not locked and is another than this process had left: nothing was committed. */
async function commitOnce<T, R>(parts: Parts, work: Work<T, R>, commit: CommitOptions<R>, mayGoOn = false) {
  const { pool, lane, sealer, publish } = parts
  const prepared: PreparedEntry[] = []
  let sealed: Sealed | undefined
  const { first, leaving, repeatable } = commit
  const run: Lane['run'] = repeatable ? lane.run : (work, ends) => inTransaction(pool, work, ends)
  try {
    const outcome = await run<T, R>(
      async (tx, read) => {
        const outcome = await work(tx, draft => prepared.push(prepareEntry(draft)), read)
        if (isFailure(outcome) || prepared.length === 0) return outcome
        const known = mayGoOn ? sealer.sealKnown(prepared, commit) : undefined
        sealed = known ?? sealer.sealLocked(await lockHead(tx), prepared, commit)
        return outcome
      },
      {
        ...(first && { first }),
        ...(leaving && { leaving }),
        last: () => (sealed ? appendStatements(sealed.batch, sealer.skew) : []),
      },
    )
    if (isFailure(outcome) && prepared.length > 0) sealed = await appendAlone(parts, prepared)
    if (!sealed) return { outcome, appended: [] }
    sealer.committed(sealed)
    await publish(sealed.batch)
    return { outcome, appended: receiptsOf(sealed.batch) }
  } catch (error) {
    throw sealed ? sealer.failed(sealed, error) : error
  }
}

/** For a refusal: its effects are rolled back by now, its entries go in nevertheless. */
const appendAlone = ({ pool, sealer }: Parts, prepared: readonly PreparedEntry[]): Promise<Sealed> =>
  inTransaction(pool, async tx => sealer.sealLocked(await lockHead(tx), prepared), {
    last: ({ batch }) => appendStatements(batch, sealer.skew),
  })

/** Rejects unless the database holds what was kept. Once it does it stays so: this process knows what it has committed since. */
function keptOnce(pool: pg.Pool, kept: readonly KeptHead[]): () => Promise<void> {
  let isHeld = kept.length === 0
  return async () => {
    if (isHeld) return
    const lost = await lostHead(pool, kept)
    if (lost) throw lostLog(lost)
    isHeld = true
  }
}

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
