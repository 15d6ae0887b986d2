/** Long readings of the log: others have the event loop in between, and memory holds some thousand entries at most. */
import { setImmediate } from 'node:timers/promises'
import type { Queryable } from '../../../postgres/pool.ts'
import { type LoggedEntry, readEntries } from '../tree/entry-store.ts'
import type { IndexSpan } from './find-index-span.ts'

/** Four bundles: a way to PostgreSQL costs as much as reading some fifty entries. */
const readAtOnce = 1_024
/** To parse and count them takes about a millisecond. */
const slice = 128

/** Entries of `[first, end)` in order, slice by slice. `end` must be an index that the log has reached, or its size. */
export async function* readSlices(db: Queryable, { first, end }: IndexSpan): AsyncGenerator<LoggedEntry[]> {
  for (let from = first; from < end; from += readAtOnce) {
    yield* inTurns(await readEntries(db, from, Math.min(from + readAtOnce, end)))
  }
}

/** The same, the newest first. */
export async function* readSlicesBack(db: Queryable, { first, end }: IndexSpan): AsyncGenerator<LoggedEntry[]> {
  for (let until = end; until > first; until -= readAtOnce) {
    yield* inTurns((await readEntries(db, Math.max(until - readAtOnce, first), until)).reverse())
  }
}

async function* inTurns(entries: LoggedEntry[]): AsyncGenerator<LoggedEntry[]> {
  for (let from = 0; from < entries.length; from += slice) {
    yield entries.slice(from, from + slice)
    await setImmediate()
  }
}
