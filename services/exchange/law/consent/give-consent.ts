/** Consents in the database: each attempt is one transaction with its entry in the access log, refused ones too. */
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { type Answer, type Attempt, once } from '../../platform/http/answer-once.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { agreedOnConsent } from '../agreement/agreement-store.ts'
import { readParties } from '../catalogue/department-store.ts'
import { actorFor, actsFor } from './actor.ts'
import { answerOf, type ConsentAnswer } from './answer.ts'
import { checkConsent } from './check-consent.ts'
import type { Consent } from './consent.ts'
import type { ConsentBody } from './consent-body.ts'
import { insertConsent, isAwaited } from './consent-store.ts'
import { draftOf } from './log-entry.ts'
import { makeConsent } from './make-consent.ts'
import type { ConsentNeeds } from './needs.ts'
import { listRepresentationsOf } from './representation-store.ts'

type Outcome = Answer<ConsentAnswer> | Failure

export async function giveOrRequestConsent(
  needs: ConsentNeeds,
  caller: Caller,
  body: ConsentBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const made = await make(needs, tx, body, { caller, now })
      const datasets = body.datasets.map(({ dataset }) => dataset)
      const step = isFailure(made) ? 'give' : made.history[0]!.step
      record(draftOf(caller, { content: { step, purpose: body.purpose }, datasets }, made))
      return isFailure(made) ? made : { status: 201, body: answerOf(made, now) }
    }),
  )
  return outcome
}

async function make(
  needs: ConsentNeeds,
  tx: Transaction,
  body: ConsentBody,
  { caller, now }: { caller: Caller; now: Date },
): Promise<Consent | Failure> {
  const id = body.department ?? caller.department
  if (!id)
    return failure('BODY_INVALID', {
      pointer: '/department',
      ...inWords('Name the department that may use the data.', '请注明使用数据的部门。'),
    })
  const [department] = await readParties(tx, [id])
  if (!department) return failure('DEPARTMENT_UNKNOWN', { pointer: '/department' })
  const refusal = checkConsent(body, id, await knownTo(needs, tx, { department: id, purpose: body.purpose }, now), now)
  if (refusal) return refusal
  const asks = actsFor(caller, id) && body.evidence === undefined
  const scene = { ...body, department: id }
  const actor = asks ? undefined : actorFor(caller, scene, await listRepresentationsOf(tx, body.subject), now)
  if (isFailure(actor)) return actor.failure === 'NOT_FOUND' ? mayNotAct : actor
  const purpose = needs.catalogue.matters().find(matter => matter.purpose.code === body.purpose)!.purpose
  const making = {
    id: needs.newId(),
    caller,
    department,
    purposeText: purpose.title,
    datasetOf: needs.catalogue.dataset,
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

const knownTo = async (
  { catalogue }: ConsentNeeds,
  tx: Transaction,
  { department, purpose }: { department: string; purpose: string },
  now: Date,
) => ({
  exceptions: catalogue.exceptions,
  dataset: catalogue.dataset,
  isPurpose: (code: string) => catalogue.matters().some(matter => matter.purpose.code === code),
  agreedOnConsent: await agreedOnConsent(tx, department, purpose, now),
})
