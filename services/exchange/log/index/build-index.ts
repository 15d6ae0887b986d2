/** Writes the index behind the log, step by step: the same code for what has just come and for a log of ten years. */
import { setImmediate as turn } from 'node:timers/promises'
import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { readEntries } from '../tree/entry-store.ts'
import { addTerms, type IndexState, lockIndex, moveIndex, readIndexState, resetIndex } from './index-store.ts'
import { buckets, createStep, rowsOf, type Step, stepSize, type TermRow } from './step.ts'

/** Steps of one transaction, so 8,192 entries. */
const stepsAtOnce = 2
/** Entries that are read at once, which unpacks them: a millisecond. It divides a step. */
const readAtOnce = 128
/** Entries, and buckets, that are worked at together: less than a millisecond, and what waits for the event loop goes first. */
const slice = 32

/** The terms of the entries `[first, first + stepSize)`. */
export async function deriveStep(database: Queryable, first: number): Promise<Step> {
  const step = createStep(first)
  for (let from = first; from < first + stepSize; from += readAtOnce) {
    const entries = await readEntries(database, from, from + readAtOnce)
    for (let at = 0; at < entries.length; at += slice) {
      await turn()
      step.add(entries.slice(at, at + slice))
    }
  }
  return step
}

async function rowsOfStep(step: Step): Promise<TermRow[]> {
  const rows: TermRow[] = []
  for (let bucket = 0; bucket < buckets; bucket += 1) {
    if (bucket % slice === 0) await turn()
    rows.push(...rowsOf(step.words(bucket), bucket))
  }
  return rows.sort((a, b) => a.key - b.key)
}

/**
 * Indexes whole steps that wait, at most 8,192 entries in one transaction. Resolves with how many entries were indexed: 0 where no
 * whole step waits, or another process is at it.
 */
export async function buildIndex(pool: pg.Pool): Promise<number> {
  const waiting = await readIndexState(pool)
  if (!waiting || nextStep(waiting) + stepSize > waiting.size) return 0
  return inTransaction(pool, async tx => {
    const state = await lockIndex(tx)
    return state ? addSteps(tx, state) : 0
  })
}

/** Entries past their retention are passed over. */
const nextStep = ({ position, minimum }: IndexState) => Math.max(position, Math.floor(minimum / stepSize) * stepSize)

async function addSteps(tx: Transaction, state: IndexState): Promise<number> {
  const start = nextStep(state)
  const whole = Math.floor(Math.max(0, state.size - start) / stepSize)
  const end = start + Math.min(whole, stepsAtOnce) * stepSize
  for (let first = start; first < end; first += stepSize) {
    await addTerms(tx, first, await rowsOfStep(await deriveStep(tx, first)))
  }
  if (end > start) await moveIndex(tx, end)
  return end - start
}

/** Empties the index; whoever indexes makes it anew. */
export const rebuildIndex = (pool: pg.Pool): Promise<void> => inTransaction(pool, resetIndex)
