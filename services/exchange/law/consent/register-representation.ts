/** Registering who may act for whom: a steward has seen the paper and says where it lies. */
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import { isSameSubject } from '../../../contract/subject.ts'
import type { Draft } from '../../log/append/access-log.ts'
import { draftBy } from '../../log/append/draft.ts'
import { type Answer, type Attempt, once } from '../../platform/http/answer-once.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { checkRepresentation } from './check-representation.ts'
import type { ConsentNeeds } from './needs.ts'
import type { Representation } from './representation.ts'
import { answerOf, type RepresentationAnswer, type RepresentationBody } from './representation-answer.ts'
import { endRepresentation, insertRepresentation, lockRepresentation } from './representation-store.ts'

type Outcome = Answer<RepresentationAnswer> | Failure

export async function registerRepresentation(
  needs: ConsentNeeds,
  caller: Caller,
  body: RepresentationBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const { department } = caller
      const refusal = department ? checkRepresentation(body, needs.catalogue.exceptions, now) : failure('NOT_ALLOWED')
      if (refusal || !department) {
        record(draftOf(caller, 'register-representation', refusal ?? failure('NOT_ALLOWED')))
        return refusal ?? failure('NOT_ALLOWED')
      }
      const { validFrom, validUntil, ...plain } = body
      const known: Representation = {
        ...plain,
        id: needs.newId(),
        department,
        validFrom: validFrom ? new Date(validFrom) : now,
        ...(validUntil && { validUntil: new Date(validUntil) }),
      }
      await insertRepresentation(tx, known, now)
      record(draftOf(caller, 'register-representation', known))
      return { status: 201, body: answerOf(known) }
    }),
  )
  return outcome
}

/** By the department that registered it, by the one represented, or by the representative who steps down. */
export async function stopRepresentation(
  needs: ConsentNeeds,
  caller: Caller,
  id: string,
): Promise<RepresentationAnswer | Failure> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await lockRepresentation(tx, id)
    const known = found && mayEnd(caller, found) ? found : undefined
    const ended = known ? { ...known, endedAt: known.endedAt ?? now } : failure('NOT_FOUND')
    record(draftOf(caller, 'end-representation', ended, id))
    if (!isFailure(ended)) await endRepresentation(tx, id, ended.endedAt)
    return ended
  })
  return isFailure(outcome) ? outcome : answerOf(outcome)
}

function mayEnd({ roles, department, subject: own }: Caller, known: Representation): boolean {
  if (roles.includes('steward') && department === known.department) return true
  const concerned = [known.subject, known.representative]
  return roles.includes('citizen') && concerned.some(one => isSameSubject(own, one))
}

function draftOf(caller: Caller, step: string, outcome: Representation | Failure, id?: string): Draft {
  const refused = isFailure(outcome)
  return draftBy(caller, outcome, {
    kind: 'consent',
    content: refused
      ? { step, ...(id && { representation: id }) }
      : { step, representation: outcome.id, kind: outcome.kind },
    ...(!refused && { about: [outcome.subject, outcome.representative] }),
  })
}
