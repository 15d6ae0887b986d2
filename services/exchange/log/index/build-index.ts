/** Writes the index behind the log, step by step: the same code for what has just come and for a log of ten years. */
import { setImmediate as turn } from 'node:timers/promises'
import type pg from 'pg'
import type { Queryable } from '../../../postgres/pool.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { readEntries } from '../tree/entry-store.ts'
import { rowsOf, type TermRow, wordsOf } from './step.ts'
import { stepSize } from './term.ts'
import { addTerms, type IndexState, lockIndex, moveIndex, readIndexState, resetIndex } from './term-store.ts'

/** Steps of one transaction, so 8,192 entries. */
const stepsAtOnce = 8

/** Entries whose terms are taken together: about a millisecond, and what waits for the event loop goes first. */
const sliceSize = 64

/** The terms of the entries `[first, first + stepSize)`. */
export async function deriveStep(database: Queryable, first: number): Promise<TermRow[]> {
  const words: number[] = []
  for (let from = first; from < first + stepSize; from += sliceSize) {
    words.push(...wordsOf(await readEntries(database, from, from + sliceSize), first))
    await turn()
  }
  return rowsOf(words)
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

/** What is past its retention is passed over. */
const nextStep = ({ position, minimum }: IndexState) => Math.max(position, Math.floor(minimum / stepSize) * stepSize)

async function addSteps(tx: Transaction, state: IndexState): Promise<number> {
  const start = nextStep(state)
  const whole = Math.floor(Math.max(0, state.size - start) / stepSize)
  const end = start + Math.min(whole, stepsAtOnce) * stepSize
  for (let first = start; first < end; first += stepSize) await addTerms(tx, first, await deriveStep(tx, first))
  if (end > start) await moveIndex(tx, end)
  return end - start
}

/** Empties the index; whoever indexes makes it anew. */
export const rebuildIndex = (pool: pg.Pool): Promise<void> => inTransaction(pool, resetIndex)
