import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Subject } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type Correction, type CorrectionBody, checkCorrection } from './correction.ts'
import { countOpen, insertCorrection } from './correction-store.ts'
import { draftOf } from './log-entry.ts'
import type { CorrectionNeeds } from './needs.ts'

/** More than anyone has certificates. */
const mostOpen = 50

export async function askCorrection(
  needs: CorrectionNeeds,
  caller: Caller,
  subject: Subject,
  body: CorrectionBody,
): Promise<Correction | Failure> {
  const unfit = checkCorrection(body, subject, needs.catalogue.dataset(body.dataset))
  if (unfit) return unfit
  const { dataset, key, version } = body
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const tooMany = (await countOpen(tx, subject)) >= mostOpen
    const failed = tooMany
      ? failure('TOO_MANY_REQUESTS', inWords('Wait for the answers first.', '请先等待已提交事项的答复。'))
      : undefined
    const id = needs.newId()
    const step = { step: 'ask' as const, dataset, key, version, ...(!failed && { correction: id }) }
    record(draftOf(caller, step, [subject], failed))
    if (failed) return failed
    const asked: Correction = { id, subject, ...body, state: 'open', askedAt: needs.now() }
    await insertCorrection(tx, asked)
    return asked
  })
  return outcome
}
