/** Consents in the database: each attempt is one transaction with its entry in the access log, refused ones too. */
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Transaction } from '../database/transaction.ts'
import { type Answer, type Attempt, once } from '../http/idempotency.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { actorFor, actsFor, isOwn } from './actor.ts'
import { answerOf, type ConsentAnswer } from './answer.ts'
import { checkConsent } from './check-consent.ts'
import type { Consent } from './consent.ts'
import type { ConsentBody } from './consent-body.ts'
import { agreedOnConsent, insertConsent, isAwaited, lockConsent, readParties, updateConsent } from './consent-store.ts'
import type { Evidence } from './evidence.ts'
import { draftOf } from './log-entry.ts'
import { makeConsent } from './make-consent.ts'
import { isInForce } from './representation.ts'
import { listRepresentationsOf } from './representation-store.ts'
import { type ConsentStepName, type Cut, stepConsent } from './step.ts'

type Outcome = Answer<ConsentAnswer> | Failure

export async function giveOrRequestConsent(
  hub: Hub,
  caller: Caller,
  body: ConsentBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const made = await make(hub, tx, caller, body, now)
      const datasets = body.datasets.map(({ dataset }) => dataset)
      const step = isFailure(made) ? 'give' : made.history[0]!.step
      record(draftOf(caller, { step, purpose: body.purpose }, datasets, made))
      return isFailure(made) ? made : { status: 201, body: answerOf(made, now) }
    }),
  )
  return outcome
}

async function make(
  hub: Hub,
  tx: Transaction,
  caller: Caller,
  body: ConsentBody,
  now: Date,
): Promise<Consent | Failure> {
  const id = body.department ?? caller.department
  if (!id)
    return failure('BODY_INVALID', {
      pointer: '/department',
      ...inWords('Name the department that may use the data.', '请注明使用数据的部门。'),
    })
  const [department] = await readParties(tx, [id])
  if (!department) return failure('DEPARTMENT_UNKNOWN', { pointer: '/department' })
  const refusal = checkConsent(body, id, await knownTo(hub, tx, id, body.purpose, now), now)
  if (refusal) return refusal
  const asks = actsFor(caller, id) && body.evidence === undefined
  const scene = { ...body, department: id }
  const actor = asks ? undefined : actorFor(caller, scene, await listRepresentationsOf(tx, body.subject), now)
  if (isFailure(actor)) return actor.failure === 'NOT_FOUND' ? mayNotAct : actor
  const purpose = hub.catalogue.matters().find(matter => matter.purpose.code === body.purpose)!.purpose
  const making = {
    id: hub.newId(),
    caller,
    department,
    purposeText: purpose.title,
    datasetOf: hub.catalogue.dataset,
    now,
  }
  const consent = makeConsent(body, actor, making)
  if (asks && (await isAwaited(tx, consent, now))) return alreadyAsked
  await insertConsent(tx, consent)
  return consent
}

const mayNotAct = failure(
  'NOT_ALLOWED',
  inWords(
    'Subjects give their own consents; a representative must be registered, a department asks for itself.',
    '授权由主体本人作出；代理人须先行登记，部门只能为本部门提出请求。',
  ),
)
const alreadyAsked = failure(
  'STATE_CONFLICT',
  inWords('The subject has not answered an earlier request for this yet.', '主体尚未答复此前的同一请求。'),
)

const knownTo = async ({ catalogue }: Hub, tx: Transaction, department: string, purpose: string, now: Date) => ({
  exceptions: catalogue.exceptions,
  dataset: catalogue.dataset,
  isPurpose: (code: string) => catalogue.matters().some(matter => matter.purpose.code === code),
  agreedOnConsent: await agreedOnConsent(tx, department, purpose, now),
})

export type StepRequest = {
  id: string
  step: ConsentStepName
  cut: Cut
  evidence?: Evidence
  representation?: string
}

export async function takeConsentStep(
  hub: Hub,
  caller: Caller,
  request: StepRequest,
  attempt: Attempt,
): Promise<Outcome> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const standing = await lockConsent(tx, request.id)
      const taken = standing ? await take(tx, caller, standing, request, now) : failure('NOT_FOUND')
      // An attempt on a consent of others is logged under its id alone, or it would show in its subject's view.
      const known = isFailure(taken) && taken.failure === 'NOT_FOUND' ? undefined : standing
      const content = { consent: request.id, step: request.step }
      record(draftOf(caller, content, Object.keys(known?.datasets ?? {}), taken, known))
      return isFailure(taken) ? taken : { status: 200, body: answerOf(taken, now) }
    }),
  )
  return outcome
}

async function take(
  tx: Transaction,
  caller: Caller,
  standing: Consent,
  { step, cut, evidence, representation }: StepRequest,
  now: Date,
): Promise<Consent | Failure> {
  const { subject, department } = standing
  const scene = { subject, department, ...(evidence && { evidence }), ...(representation && { representation }) }
  const actor = actorFor(caller, scene, await listRepresentationsOf(tx, subject), now)
  if (isFailure(actor)) return actor
  const taken = stepConsent(standing, step, actor, cut, now)
  if (!isFailure(taken)) await updateConsent(tx, taken)
  return taken
}

/** Whether a caller may read this consent: subject, representative, receiving department. */
export async function maySeeConsent(tx: Transaction, caller: Caller, consent: Consent, now: Date): Promise<boolean> {
  const { subject, department } = consent
  if (actsFor(caller, department)) return true
  if (!caller.roles.includes('citizen')) return false
  if (isOwn(caller, subject)) return true
  const standing = await listRepresentationsOf(tx, subject)
  return standing.some(known => isOwn(caller, known.representative) && isInForce(known, now))
}
