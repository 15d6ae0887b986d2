/**
 * Packs the log that an earlier version wrote, before anything is read or appended: a step of 8,192 entries at a time, each in
 * its own transaction. A process that is killed has lost its step at most; processes that start together take turns.
 */
import type pg from 'pg'
import type { Logger } from '../../../contract/log.ts'
import { lockName } from '../../../postgres/lock-name.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { packRow } from '../tree/packed-entries.ts'
import {
  dropFormer,
  type FormerEntry,
  formerEnd,
  nextFormer,
  readClockSteps,
  readFormer,
  storePacked,
} from './former-log-store.ts'

/** Entries. */
const step = 8_192
/** Entries of a row, as many as a batch of pulls has at most: a search unpacks a row for each entry it finds, 256 in 0.3 ms. */
const rowSize = 64
/** Milliseconds between two lines that say how far it is. */
const sayEvery = 5_000

export type FormerLogNeeds = { pool: pg.Pool; log: Pick<Logger, 'info'>; now: () => Date }

/** Resolves once every entry is packed and the former table is gone; at once where there is none. */
export async function packFormerLog({ pool, log, now }: FormerLogNeeds): Promise<void> {
  const end = await inTransaction(pool, findEnd)
  if (end === undefined) return
  log.info({ entries: end }, 'access log is packed before the hub serves: some 13 s a million entries')
  let said = now().getTime()
  for (;;) {
    const packed = await inTransaction(pool, packStep)
    if (packed === undefined) break
    if (now().getTime() - said < sayEvery) continue
    said = now().getTime()
    log.info({ packed, entries: end }, 'access log is being packed')
  }
  log.info({ entries: end }, 'access log is packed')
}

/** Locked from here to the transaction's end, as another process may pack the last of it and drop the table at any moment. */
async function findEnd(tx: Transaction): Promise<number | undefined> {
  await lockName(tx, 'pack-former-log')
  return formerEnd(tx)
}

/** Resolves with the index up to which all is packed; undefined where nothing was left, and the table is gone. */
async function packStep(tx: Transaction): Promise<number | undefined> {
  if ((await findEnd(tx)) === undefined) return undefined
  const from = await nextFormer(tx)
  if (from === undefined) {
    await dropFormer(tx)
    return undefined
  }
  const to = from - (from % step) + step
  const entries = await readFormer(tx, from, to)
  const runs = cutRuns(entries, new Set(await readClockSteps(tx, from, to)))
  await storePacked(tx, runs.map(packRun))
  return to
}

/** Runs without a gap, of one bundle each (which 64 divides), in which times rise: what one row may hold. */
function cutRuns(entries: readonly FormerEntry[], clockSteps: ReadonlySet<number>): FormerEntry[][] {
  const runs: FormerEntry[][] = []
  let next = -1
  for (const one of entries) {
    const goesOn = one.index === next && one.index % rowSize > 0 && !clockSteps.has(one.index)
    if (goesOn) runs.at(-1)!.push(one)
    else runs.push([one])
    next = one.index + 1
  }
  return runs
}

/** Texts and hashes stay as they were, fitting or not: what was tampered with before is named as before. */
function packRun(run: readonly FormerEntry[]) {
  const at = new Date(Math.max(...run.map(one => one.at.getTime())))
  const texts = run.map(({ entry }) => entry)
  const leaves = Buffer.concat(run.map(({ leaf }) => leaf))
  return { ...packRow(run[0]!.index, texts, leaves), at }
}
