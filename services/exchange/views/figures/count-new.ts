import { cityDayOf } from '../../../contract/city-time.ts'
import { inTransaction, type Transaction } from '../../../postgres/transaction.ts'
import { readHead } from '../../log/append/log-store.ts'
import { pullOf } from '../../log/reading/pull-entry.ts'
import { readSlices } from '../../log/reading/read-slices.ts'
import {
  addFields,
  addFlows,
  addProofs,
  countIntake,
  lockPosition,
  movePosition,
  type Position,
} from './count-store.ts'
import type { FiguresNeeds } from './needs.ts'
import { openFlows, openProofs } from './overview-counts.ts'

/** Entries counted in one transaction: its statements then hold some thousand proofs, which are written in milliseconds. */
const step = 1_024

/** Counts what is new, unless another process is just doing it. Answers whether there is more. */
export function countNew(needs: Pick<FiguresNeeds, 'pool' | 'now'>): Promise<boolean> {
  return inTransaction(needs.pool, async tx => {
    const from = await lockPosition(tx)
    if (from === undefined) return false
    const { size } = (await readHead(tx)).edge
    const first = Math.min(from.flow, from.proof)
    const end = Math.min(size, first + step)
    if (end > first) {
      await countEntries(tx, from, end)
      await movePosition(tx, { flow: Math.max(from.flow, end), proof: Math.max(from.proof, end) })
    }
    await countIntake(tx, cityDayOf(needs.now()))
    return end < size
  })
}

/** Flows and proofs each from their own position on: one of them may have been set back to be counted anew. */
async function countEntries(tx: Transaction, from: Position, end: number): Promise<void> {
  const [flows, proofs] = [openFlows(), openProofs()]
  for await (const entries of readSlices(tx, { first: Math.min(from.flow, from.proof), end })) {
    for (const { index, entry } of entries) {
      const pull = pullOf(entry)
      if (pull && index >= from.flow) flows.take(pull)
      if (pull && index >= from.proof) proofs.take(pull)
    }
  }
  await addFlows(tx, flows.flows())
  await addFields(tx, flows.fields())
  await addProofs(tx, proofs.proofs())
}
