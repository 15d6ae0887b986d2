import { cityDayOf } from '../../../contract/city-time.ts'
import { inTransaction } from '../../../postgres/transaction.ts'
import { readHead } from '../../log/append/log-store.ts'
import { countFields, countFlows, countIntake, countProofs, lockPosition, movePosition } from './count-store.ts'
import type { FiguresNeeds } from './needs.ts'

/** Entries counted in one transaction, so that a hub that was not watched for long catches up in small steps. */
const step = 5_000

/** Counts what is new, unless another process is just doing it. Answers whether there is more. */
export function countNew(needs: Pick<FiguresNeeds, 'pool' | 'now'>): Promise<boolean> {
  return inTransaction(needs.pool, async tx => {
    const from = await lockPosition(tx)
    if (from === undefined) return false
    const { size } = (await readHead(tx)).edge
    const until = { flow: Math.min(size, from.flow + step), proof: Math.min(size, from.proof + step) }
    if (until.flow > from.flow) {
      await countFlows(tx, from.flow, until.flow)
      await countFields(tx, from.flow, until.flow)
    }
    if (until.proof > from.proof) await countProofs(tx, from.proof, until.proof)
    if (until.flow + until.proof > from.flow + from.proof) await movePosition(tx, until)
    await countIntake(tx, cityDayOf(needs.now()))
    return Math.min(until.flow, until.proof) < size
  })
}
