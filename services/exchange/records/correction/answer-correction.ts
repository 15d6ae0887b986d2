import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readHeldVersions } from '../registry/held-version-store.ts'
import type { Correction, CorrectionReply } from './correction.ts'
import { closeCorrection, lockCorrection } from './correction-store.ts'
import { draftOf } from './log-entry.ts'
import { checkNaming, judgeMending, refusalOf } from './mending.ts'
import type { CorrectionNeeds } from './needs.ts'

export async function answerCorrection(
  needs: CorrectionNeeds,
  caller: Caller,
  { dataset, id }: { dataset: string; id: string },
  reply: CorrectionReply,
): Promise<Correction | Failure> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const standing = await lockCorrection(tx, dataset, id)
    if (!standing) return failure('NOT_FOUND')
    const failed = await checkReply(tx, standing, reply)
    const { outcome: state, mendedBy, answer } = reply
    const mended = mendedBy !== undefined && { mendedBy }
    const { key, version, subject } = standing
    const named = key !== undefined && version !== undefined && { key, version }
    const step = { step: 'answer' as const, correction: id, dataset, ...named, ...mended, ...(!failed && { state }) }
    record(draftOf(caller, step, [subject], failed))
    if (failed) return failed
    await closeCorrection(tx, id, { ...reply, by: caller.id, now })
    return { ...standing, ...mended, state, answer, answeredAt: now }
  })
  return outcome
}

/** The versions are compared here: neither the entry nor the answer holds a word of them. */
async function checkReply(
  tx: Transaction,
  { state, dataset, key, version, field = '' }: Correction,
  { outcome, mendedBy }: CorrectionReply,
): Promise<Failure | undefined> {
  if (state !== 'open') return failure('STATE_CONFLICT', inWords('It has been answered.', '已经答复。'))
  const misnamed = checkNaming(outcome, mendedBy, key !== undefined)
  if (misnamed || key === undefined || version === undefined || mendedBy === undefined) return misnamed
  const held = await readHeldVersions(tx, dataset, key, [version, mendedBy])
  return refusalOf(judgeMending({ version, field }, mendedBy, held), { version, field })
}
