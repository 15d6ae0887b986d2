/**
 * One transaction per chunk of a partition: the offset guard, the versions, what is set aside, the new offset. Whatever
 * dies when, a message is taken in exactly once (promise 1): its offset moves in the transaction that stores it.
 */
import { setImmediate as others } from 'node:timers/promises'
import type pg from 'pg'
import type { IncomingMessage } from '../../contract/envelope.ts'
import { failure, isFailure } from '../../contract/failure.ts'
import { inTransaction, isOutage, type Transaction, together } from '../database/transaction.ts'
import { storeVersions } from '../registry/record-store.ts'
import type { RecordVersion } from '../registry/version.ts'
import { lockOffset, moveOffset } from './offset-store.ts'
import { notePublications } from './publication-store.ts'
import type { BatchSchemas, ReadMessage } from './read-message.ts'
import { insertRejections, type SetAside } from './rejection-store.ts'

export type Chunk = {
  dataset: string
  topic: string
  partition: number
  /** The offset after the last one before it. */
  from: number
  messages: IncomingMessage[]
  read: ReadMessage
  schemas: BatchSchemas
}

/** `next` is where the partition stands from now on. */
export type Stored = { stored: number; duplicates: number; rejected: number; skipped: number; next: number }
/** The chunk lies further on than the partition stands: nothing was stored, and what is missing must be read first. */
export type Gap = { missing: number }

/**
 * Stores a chunk. Throws on outages only (to be tried again whole). If PostgreSQL refuses the data itself, the chunk is
 * halved until the one message is found that it refuses; that one is set aside and the rest goes on.
 */
export async function storeChunk(pool: pg.Pool, chunk: Chunk): Promise<Stored | Gap> {
  try {
    return await inTransaction(pool, tx => storeIn(tx, chunk))
  } catch (error) {
    if (isOutage(error)) throw error
    if (chunk.messages.length === 1) return inTransaction(pool, tx => refuseIn(tx, chunk))
    const middle = Math.ceil(chunk.messages.length / 2)
    const first = await storeChunk(pool, { ...chunk, messages: chunk.messages.slice(0, middle) })
    if ('missing' in first) return first
    const from = chunk.messages[middle - 1]!.offset + 1
    const second = await storeChunk(pool, { ...chunk, from, messages: chunk.messages.slice(middle) })
    return 'missing' in second ? second : add(first, second)
  }
}

async function storeIn(tx: Transaction, chunk: Chunk): Promise<Stored | Gap> {
  const next = await lockOffset(tx, chunk.topic, chunk.partition)
  if (chunk.from > next) return { missing: next }
  const fresh = chunk.messages.filter(message => message.offset >= next)
  const skipped = chunk.messages.length - fresh.length
  if (fresh.length === 0) return { ...nothing, skipped, next }
  const { versions, rejected } = await readAll(chunk, fresh)
  const placement = await storeVersions(tx, chunk.dataset, [...versions.keys()])
  for (const version of placement.reused) {
    rejected.push({ message: versions.get(version)!, failure: failure('SEQUENCE_REUSED', { detail: reusedDetail }) })
  }
  await insertRejections(tx, chunk, rejected)
  const end = fresh.at(-1)!.offset + 1
  const moved = () => moveOffset(tx, chunk.topic, chunk.partition, end)
  await together(tx, () => Promise.all([notePublications(tx, chunk, [...versions.keys()]), moved()]))
  const stored = placement.newest.length + placement.older.length
  return { stored, duplicates: placement.duplicates.length, rejected: rejected.length, skipped, next: end }
}

const nothing = { stored: 0, duplicates: 0, rejected: 0, skipped: 0 }

const reusedDetail = 'Give every change of a record a higher ce_sequence; an event sent again keeps its ce_id.'

/** As many at a time as hold the event loop for a few milliseconds: pulls are answered in between. */
const readAtOnce = 250

async function readAll({ read, schemas }: Chunk, messages: IncomingMessage[]) {
  const versions = new Map<RecordVersion, IncomingMessage>()
  const rejected: SetAside[] = []
  for (const [index, message] of messages.entries()) {
    if (index > 0 && index % readAtOnce === 0) await others()
    const version = read(message, schemas)
    if (isFailure(version)) rejected.push({ message, failure: version })
    else versions.set(version, message)
  }
  return { versions, rejected }
}

async function refuseIn(tx: Transaction, chunk: Chunk): Promise<Stored | Gap> {
  const message = chunk.messages[0]!
  const next = await lockOffset(tx, chunk.topic, chunk.partition)
  if (chunk.from > next) return { missing: next }
  if (message.offset < next) return { ...nothing, skipped: 1, next }
  await insertRejections(tx, chunk, [{ message, failure: failure('RECORD_UNSTORABLE') }])
  await moveOffset(tx, chunk.topic, chunk.partition, message.offset + 1)
  return { ...nothing, rejected: 1, next: message.offset + 1 }
}

const add = (a: Stored, b: Stored): Stored => ({
  stored: a.stored + b.stored,
  duplicates: a.duplicates + b.duplicates,
  rejected: a.rejected + b.rejected,
  skipped: a.skipped + b.skipped,
  next: b.next,
})
