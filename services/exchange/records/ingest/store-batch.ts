/**
 * One transaction per chunk of a partition: the offset guard, the versions, what is rejected, the new offset. Whatever
 * dies when, a message is taken in exactly once (promise 1): its offset moves in the transaction that stores it.
 */
import type pg from 'pg'
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import type { Logger } from '../../../contract/log.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { placementStatements } from '../registry/placement-store.ts'
import { fasterAsOutage, keysOf, lockStanding, placeBatch } from '../registry/record-store.ts'
import type { RecordVersion, StandingRecord } from '../registry/version.ts'
import { lockOffset, moveOffset, newOffset } from './offset-store.ts'
import { notePublications } from './publication-store.ts'
import { notTaken, type ReadChunk } from './read-chunk.ts'
import { insertRejections, type SetAside } from './rejection-store.ts'
import { isRefusal, isSurroundings, triedAgain } from './unforeseen.ts'
import { unplacedBecause } from './unplaced.ts'

export type Chunk = ReadChunk & {
  dataset: string
  topic: string
  partition: number
  /** The id of the topic that it was read from. */
  topicId?: string | undefined
  /** The offset after the last one before it. */
  from: number
  /** The offset after what was read with it, where that is not its last message (marks of a transaction follow). */
  through?: number | undefined
  /** When it was read: what a sequence can be depends on it. */
  readAt: Date
}

/** `next` is where the partition stands from now on. */
export type Stored = { stored: number; duplicates: number; rejected: number; skipped: number; next: number }
/**
 * The chunk lies further on than the partition stands, or is of a topic that was made anew since (undefined): nothing was
 * stored, and what is missing must be read first.
 */
export type Gap = { missing: number | undefined }

/**
 * Stores a chunk. Throws on outages only (to be tried again whole). A message that PostgreSQL refuses, or
 * that goes on failing for a reason that nobody foresaw, is searched for by halves: the one that fails alone is rejected.
 */
export async function storeChunk(pool: pg.Pool, chunk: Chunk, log: Logger): Promise<Stored | Gap> {
  const store = (part: Chunk) => fasterAsOutage(storeWhole(pool, part))
  return triedAgain(() => store(chunk)).catch(error => storeByHalves(store, chunk, error, log))
}

/** `error` is why the chunk could not be stored as a whole. */
async function storeByHalves(
  store: (part: Chunk) => Promise<Stored | Gap>,
  chunk: Chunk,
  error: unknown,
  log: Logger,
): Promise<Stored | Gap> {
  if (isSurroundings(error)) throw error
  if (chunk.messages.length === 1) return store({ ...chunk, outcomes: [setAsideFor(error, chunk, log)] })
  const half = (part: Chunk) => store(part).catch(failed => storeByHalves(store, part, failed, log))
  const middle = Math.ceil(chunk.messages.length / 2)
  const first = await half(partOf(chunk, 0, middle))
  if ('missing' in first) return first
  const second = await half(partOf(chunk, middle))
  return 'missing' in second ? second : add(first, second)
}

function setAsideFor(error: unknown, { dataset, partition, messages }: Chunk, log: Logger): Failure {
  if (isRefusal(error)) return failure('RECORD_UNSTORABLE')
  const { offset } = messages[0]!
  log.error({ err: error, dataset, partition, offset }, 'message rejected: it could not be stored')
  return failure('RECORD_NOT_TAKEN', { detail: notTaken })
}

function partOf({ messages, outcomes, from, through, ...place }: Chunk, start: number, end?: number): Chunk {
  const before = messages[start - 1]
  return {
    ...place,
    from: before ? before.offset + 1 : from,
    through: end === undefined ? through : undefined,
    messages: messages.slice(start, end),
    outcomes: outcomes.slice(start, end),
  }
}

type Locked = [offset: number | undefined, standing: StandingRecord[]]
type Outcome = { result: Stored | Gap; statements: pg.QueryConfig[] }

/** Goes to PostgreSQL twice: for the locks and what stands there, and to write. */
async function storeWhole(pool: pg.Pool, chunk: Chunk): Promise<Stored | Gap> {
  const { dataset, topic, partition, topicId, outcomes } = chunk
  const topicPlace = { topic, partition, topicId }
  const keys = keysOf(versionsIn(outcomes))
  const { result } = await inTransaction(
    pool,
    async (tx: Transaction, [offset, standing]: Locked): Promise<Outcome> => {
      const next = offset ?? (await newOffset(tx, topicPlace))
      if (next === undefined || chunk.from > next) return { result: { missing: next }, statements: [] }
      const skipped = chunk.messages.filter(message => message.offset < next).length
      if (skipped === outcomes.length) return { result: { ...nothing, skipped, next }, statements: [] }
      return place(tx, partOf(chunk, skipped), standing, skipped)
    },
    {
      first: tx => Promise.all([lockOffset(tx, topicPlace), lockStanding(tx, dataset, keys)]),
      last: ({ statements }) => statements,
    },
  )
  return result
}

async function place(tx: Transaction, chunk: Chunk, standing: StandingRecord[], skipped: number): Promise<Outcome> {
  const { messages, outcomes, dataset } = chunk
  const versions = versionsIn(outcomes)
  const placement = await placeBatch(tx, versions, standing, chunk.readAt)
  const unplaced = unplacedBecause(placement)
  const rejected = outcomes.flatMap((outcome, index): SetAside[] => {
    const failed = isFailure(outcome) ? outcome : unplaced(outcome)
    return failed ? [{ message: messages[index]!, failure: failed }] : []
  })
  const next = chunk.through ?? messages.at(-1)!.offset + 1
  const counts = {
    stored: placement.newest.length + placement.older.length,
    duplicates: placement.duplicates.length,
    rejected: rejected.length,
  }
  return {
    result: { ...counts, skipped, next },
    statements: [
      ...placementStatements(dataset, placement),
      ...insertRejections(chunk, rejected),
      ...notePublications(chunk, versions),
      moveOffset(chunk, next),
    ],
  }
}

const versionsIn = (outcomes: Chunk['outcomes']) =>
  outcomes.filter((outcome): outcome is RecordVersion => !isFailure(outcome))

const nothing = { stored: 0, duplicates: 0, rejected: 0, skipped: 0 }

const add = (a: Stored, b: Stored): Stored => ({
  stored: a.stored + b.stored,
  duplicates: a.duplicates + b.duplicates,
  rejected: a.rejected + b.rejected,
  skipped: a.skipped + b.skipped,
  next: b.next,
})
