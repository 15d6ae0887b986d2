import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type Answer, type Attempt, once } from '../../platform/http/answer-once.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Agreement } from './agreement.ts'
import { insertAgreement } from './agreement-store.ts'
import { type AgreementAnswer, answerOf } from './answer.ts'
import { checkStanding } from './check-standing.ts'
import { draftOf } from './log-entry.ts'
import type { AgreementNeeds } from './needs.ts'
import { type RequestBody, requestOf } from './request.ts'
import { takeStep } from './take-step.ts'

type Outcome = Answer<AgreementAnswer> | Failure

export async function requestAgreement(
  needs: AgreementNeeds,
  caller: Caller,
  body: RequestBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const made = await makeAgreement(needs, tx, body, { caller, now })
      record(draftOf(caller, { step: body.draft ? 'create' : 'submit', dataset: body.dataset }, made))
      return isFailure(made) ? made : { status: 201, body: answerOf(made, now) }
    }),
  )
  return outcome
}

async function makeAgreement(
  needs: AgreementNeeds,
  tx: Transaction,
  body: RequestBody,
  { caller, now }: { caller: Caller; now: Date },
): Promise<Agreement | Failure> {
  const dataset = needs.catalogue.dataset(body.dataset)
  if (!dataset)
    return failure('DATASET_UNKNOWN', {
      pointer: '/dataset',
      ...inWords('GET /v1/datasets lists what there is.', '可用的数据资源见 GET /v1/datasets。'),
    })
  if (!caller.department)
    return failure('NOT_ALLOWED', {
      ...inWords('Only a department can ask; this token names none.', '仅部门可以申请；该令牌未载明部门。'),
    })
  const draft: Agreement = {
    id: needs.newId(),
    dataset: dataset.id,
    source: dataset.department,
    department: caller.department,
    state: 'draft',
    ...requestOf(body, now),
    history: [{ step: 'create', at: now.toISOString(), by: caller.id, department: caller.department }],
    createdAt: now,
    updatedAt: now,
  }
  const refusal = await checkStanding(needs, tx, draft, now)
  if (refusal) return refusal
  const made = body.draft ? draft : takeStep(draft, 'submit', {}, { caller, dataset, now })
  if (!isFailure(made)) await insertAgreement(tx, made)
  return made
}
