/** Holds the index against the log: each step is derived again from its entries and compared, word for word. */
import type pg from 'pg'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { deriveStep } from './build-index.ts'
import { findStray, freezeIndex, type IndexState, noteAltered, readIndexState, readTerms } from './index-store.ts'
import { buckets, readRow, stepSize } from './step.ts'

/** `next`: where the check goes on; it is complete where `next` has reached `position`. */
export type IndexCheck = { altered?: number; next: number; position: number; size: number }

/**
 * Checks `steps` steps from entry `from` on. The first entry of which the index says other than the log is `altered`; it is noted,
 * and searches read the log until the index is made anew.
 */
export async function checkIndex(pool: pg.Pool, from: number, steps: number): Promise<IndexCheck> {
  const checked = await inTransaction(pool, tx => checkSteps(tx, from, steps))
  if (checked.altered !== undefined) await noteAltered(pool, checked.altered)
  return checked
}

async function checkSteps(tx: Transaction, from: number, steps: number): Promise<IndexCheck> {
  // Position, rows and entries of one moment: the indexer and retention go on meanwhile.
  await freezeIndex(tx)
  const state = await readIndexState(tx)
  if (!state) return { altered: 0, next: 0, position: 0, size: 0 }
  const { position, size } = state
  const wrong = state.altered ?? wrongPosition(state) ?? (await findStray(tx, position))
  if (wrong !== undefined) return { altered: wrong, next: position, position, size }
  let first = Math.max(from, state.minimum)
  first -= first % stepSize
  for (const end = Math.min(first + steps * stepSize, position); first < end; first += stepSize) {
    const altered = await checkStep(tx, first, state.minimum)
    if (altered !== undefined) return { altered, next: first, position, size }
  }
  return { next: first, position, size }
}

const wrongPosition = ({ position, size }: IndexState): number | undefined =>
  position < 0 || position > size || position % stepSize !== 0 ? Math.max(0, Math.min(position, size)) : undefined

/** The first entry of the step of which the index says other than the log. Places below `minimum` are past their retention. */
async function checkStep(tx: Transaction, first: number, minimum: number): Promise<number | undefined> {
  const stored = await readTerms(tx, first, first + stepSize)
  const step = await deriveStep(tx, first)
  const indexed = Array.from({ length: buckets }, (): number[] => [])
  const strange = stored.filter(row => row.first !== first || row.key < -buckets || row.key >= 2 ** 40)
  for (const row of stored.filter(row => !strange.includes(row))) {
    const { bucket, words } = readRow(row)
    indexed[bucket]!.push(...words)
  }
  const places = indexed.flatMap((words, bucket) => inOneAlone(words, step.words(bucket)).map(word => word % stepSize))
  const wrong = [...strange.map(row => row.first), ...places.map(place => first + place).filter(at => at >= minimum)]
  return wrong.length > 0 ? wrong.reduce((least, index) => Math.min(least, index)) : undefined
}

const inOneAlone = (one: readonly number[], other: readonly number[]): number[] => {
  const [left, right] = [new Set(one), new Set(other)]
  return [...one.filter(word => !right.has(word)), ...other.filter(word => !left.has(word))]
}
