/** Share requests in the database: each attempt is one transaction with its entry in the access log, refused ones too. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Draft } from '../access-log/access-log.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Answer, type Attempt, once } from '../http/idempotency.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import type { Agreement } from './agreement.ts'
import { insertAgreement, lockAgreement, lockBetween, updateAgreement } from './agreement-store.ts'
import { type AgreementAnswer, answerOf } from './answer.ts'
import { checkRequest, findOverlap, type Known } from './check-request.ts'
import { type RequestBody, requestOf } from './request.ts'
import { maySee, type StepName } from './step.ts'
import { type StepInput, takeStep } from './take-step.ts'

type Outcome = Answer<AgreementAnswer> | Failure

export async function requestAgreement(
  hub: Hub,
  caller: Caller,
  body: RequestBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const made = await makeAgreement(hub, tx, caller, body, now)
      record(draftOf(caller, { step: body.draft ? 'create' : 'submit', dataset: body.dataset }, made))
      return isFailure(made) ? made : { status: 201, body: answerOf(made, now) }
    }),
  )
  return outcome
}

async function makeAgreement(
  hub: Hub,
  tx: Transaction,
  caller: Caller,
  body: RequestBody,
  now: Date,
): Promise<Agreement | Failure> {
  const dataset = hub.catalogue.dataset(body.dataset)
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
    id: hub.newId(),
    dataset: dataset.id,
    source: dataset.department,
    department: caller.department,
    state: 'draft',
    ...requestOf(body, now),
    history: [{ step: 'create', at: now.toISOString(), by: caller.id, department: caller.department }],
    createdAt: now,
    updatedAt: now,
  }
  const refusal = await checkStanding(hub, tx, draft, now)
  if (refusal) return refusal
  const made = body.draft ? draft : takeStep(draft, 'submit', {}, { caller, dataset, now })
  if (!isFailure(made)) await insertAgreement(tx, made)
  return made
}

/** What holds of a request by itself, and towards the agreements that stand. */
async function checkStanding(hub: Hub, tx: Transaction, request: Agreement, now: Date): Promise<Failure | undefined> {
  const refusal = checkRequest(request, hub.catalogue.dataset(request.dataset)!, knownTo(hub), now)
  if (refusal) return refusal
  const overlap = findOverlap(request, await lockBetween(tx, request), now)
  if (!overlap) return undefined
  const words = inWords(
    `It is ${overlap.id}. Ask for other fields or another period, or terminate that one first.`,
    `与 ${overlap.id} 重叠。请更换字段或期限，或先终止该授权。`,
  )
  return failure('AGREEMENT_OVERLAPS', { pointer: '/fields', ...words })
}

export const knownTo = ({ catalogue }: Pick<Hub, 'catalogue'>): Known => ({
  isPurpose: code => catalogue.matters().some(({ purpose }) => purpose.code === code),
  isMatter: id => catalogue.matter(id) !== undefined,
})

export type StepRequest = { id: string; step: StepName; input: StepInput }

export async function stepAgreement(
  hub: Hub,
  caller: Caller,
  { id, step, input }: StepRequest,
  attempt: Attempt,
): Promise<Outcome> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const standing = await lockAgreement(tx, id)
      const seen = standing && maySee(caller, standing) ? standing : undefined
      const taken = seen ? await takeAndStore(hub, tx, caller, seen, { step, input }, now) : failure('NOT_FOUND')
      record(draftOf(caller, { agreement: id, step, ...(seen && { dataset: seen.dataset }) }, taken))
      return isFailure(taken) ? taken : { status: 200, body: answerOf(taken, now) }
    }),
  )
  return outcome
}

async function takeAndStore(
  hub: Hub,
  tx: Transaction,
  caller: Caller,
  standing: Agreement,
  { step, input }: Omit<StepRequest, 'id'>,
  now: Date,
): Promise<Agreement | Failure> {
  const dataset = hub.catalogue.dataset(standing.dataset)
  if (!dataset)
    return failure('DATASET_UNKNOWN', inWords('The dataset has left the catalogue.', '该数据资源已从目录中移除。'))
  const taken = takeStep(standing, step, input, { caller, dataset, now })
  if (isFailure(taken)) return taken
  const refusal = step === 'submit' ? await checkStanding(hub, tx, taken, now) : undefined
  if (refusal) return refusal
  await updateAgreement(tx, taken)
  return taken
}

/** What the access log says of a step. Reasons and scenarios are free text, so they stay in the agreement. */
function draftOf(caller: Caller, content: JsonObject & { dataset?: string }, outcome: Agreement | Failure): Draft {
  const refused = isFailure(outcome)
  const made: JsonObject = refused
    ? {}
    : {
        agreement: outcome.id,
        state: outcome.state,
        source: outcome.source,
        department: outcome.department,
        purpose: outcome.purpose,
        basis: outcome.terms.basis,
        fields: outcome.terms.fields.map(({ pointer, use }) => ({ pointer, use })),
        validFrom: outcome.validFrom.toISOString(),
        validUntil: outcome.validUntil.toISOString(),
        ...(outcome.terms.confidentiality && { confidentiality: outcome.terms.confidentiality }),
      }
  return {
    kind: 'agreement',
    caller: caller.id,
    ...(caller.department && { department: caller.department }),
    content: { ...content, ...made },
    ...(content.dataset !== undefined && { datasets: [content.dataset] }),
    ...(refused ? { decision: 'refuse', code: outcome.failure } : { decision: 'permit' }),
  }
}
