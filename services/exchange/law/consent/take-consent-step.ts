/** A step of a consent: one transaction with its entry in the access log, a refused one too. */
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type Answer, type Attempt, once } from '../../platform/http/answer-once.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { actorFor } from './actor.ts'
import { answerOf, type ConsentAnswer } from './answer.ts'
import type { Consent } from './consent.ts'
import { lockConsent, updateConsent } from './consent-store.ts'
import type { Evidence } from './evidence.ts'
import { draftOf } from './log-entry.ts'
import type { ConsentNeeds } from './needs.ts'
import { listRepresentationsOf } from './representation-store.ts'
import { type ConsentStepName, type Cut, stepConsent } from './step.ts'

type Outcome = Answer<ConsentAnswer> | Failure

export type StepRequest = {
  id: string
  step: ConsentStepName
  cut: Cut
  evidence?: Evidence
  representation?: string
}

export async function takeConsentStep(
  needs: ConsentNeeds,
  caller: Caller,
  request: StepRequest,
  attempt: Attempt,
): Promise<Outcome> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const standing = await lockConsent(tx, request.id)
      const taken = standing ? await take(tx, standing, request, { caller, now }) : failure('NOT_FOUND')
      // An attempt on a consent of others is logged under its id alone, or it would show in its subject's view.
      const known = isFailure(taken) && taken.failure === 'NOT_FOUND' ? undefined : standing
      const content = { consent: request.id, step: request.step }
      record(draftOf(caller, { content, datasets: Object.keys(known?.datasets ?? {}) }, taken, known))
      return isFailure(taken) ? taken : { status: 200, body: answerOf(taken, now) }
    }),
  )
  return outcome
}

async function take(
  tx: Transaction,
  standing: Consent,
  { step, cut, evidence, representation }: StepRequest,
  { caller, now }: { caller: Caller; now: Date },
): Promise<Consent | Failure> {
  const { subject, department } = standing
  const scene = { subject, department, ...(evidence && { evidence }), ...(representation && { representation }) }
  const actor = actorFor(caller, scene, await listRepresentationsOf(tx, subject), now)
  if (isFailure(actor)) return actor
  const taken = stepConsent(standing, { name: step, cut }, actor, now)
  if (!isFailure(taken)) await updateConsent(tx, taken)
  return taken
}
