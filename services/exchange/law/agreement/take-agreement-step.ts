import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type Answer, type Attempt, once } from '../../platform/http/answer-once.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Agreement } from './agreement.ts'
import { lockAgreement, updateAgreement } from './agreement-store.ts'
import { type AgreementAnswer, answerOf } from './answer.ts'
import { checkStanding } from './check-standing.ts'
import { draftOf } from './log-entry.ts'
import type { AgreementNeeds } from './needs.ts'
import { maySee } from './step.ts'
import type { StepName } from './step-rules.ts'
import { type StepInput, takeStep } from './take-step.ts'

type Outcome = Answer<AgreementAnswer> | Failure

export type StepRequest = { id: string; step: StepName; input: StepInput }

export async function takeAgreementStep(
  needs: AgreementNeeds,
  caller: Caller,
  { id, step, input }: StepRequest,
  attempt: Attempt,
): Promise<Outcome> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const standing = await lockAgreement(tx, id)
      const seen = standing && maySee(caller, standing) ? standing : undefined
      const taken = seen ? await takeAndStore(needs, tx, seen, { step, input, caller, now }) : failure('NOT_FOUND')
      record(draftOf(caller, { agreement: id, step, ...(seen && { dataset: seen.dataset }) }, taken))
      return isFailure(taken) ? taken : { status: 200, body: answerOf(taken, now) }
    }),
  )
  return outcome
}

async function takeAndStore(
  needs: AgreementNeeds,
  tx: Transaction,
  standing: Agreement,
  { step, input, caller, now }: Omit<StepRequest, 'id'> & { caller: Caller; now: Date },
): Promise<Agreement | Failure> {
  const dataset = needs.catalogue.dataset(standing.dataset)
  if (!dataset)
    return failure('DATASET_UNKNOWN', inWords('The dataset has left the catalogue.', '该数据资源已从目录中移除。'))
  const taken = takeStep(standing, step, input, { caller, dataset, now })
  if (isFailure(taken)) return taken
  const refusal = step === 'submit' ? await checkStanding(needs, tx, taken, now) : undefined
  if (refusal) return refusal
  await updateAgreement(tx, taken)
  return taken
}
