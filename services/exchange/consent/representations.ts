/** Registering who may act for whom: a steward has seen the paper and says where it lies. */
import Type, { type Static } from 'typebox'
import type { CodeExceptions } from '../../contract/code-exceptions.ts'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import { checkSubject } from '../../contract/read-subject.ts'
import { isSameSubject } from '../../contract/subject.ts'
import { personSchema, subjectSchema } from '../../contract/subject-schema.ts'
import type { Draft } from '../access-log/access-log.ts'
import { type Answer, type Attempt, once } from '../http/idempotency.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../identity/caller.ts'
import { isReference } from './evidence.ts'
import {
  fitsSubject,
  isMinor,
  isOfAge,
  majorityOf,
  type Representation,
  representationKinds,
} from './representation.ts'
import { endRepresentation, insertRepresentation, lockRepresentation } from './representation-store.ts'

const closed = { additionalProperties: false }
const instant = Type.String({ format: 'date-time' })

export const representationBody = Type.Object(
  {
    kind: Type.Enum([...representationKinds]),
    subject: subjectSchema,
    representative: personSchema,
    validFrom: Type.Optional(instant),
    validUntil: Type.Optional(Type.String({ ...instant, description: 'A power of attorney must have an end' })),
    evidence: Type.String({
      minLength: 2,
      maxLength: 200,
      description: 'Reference of the paper that was looked at, with its number; no personal data',
    }),
  },
  closed,
)
type RepresentationBody = Static<typeof representationBody>

export const representationAnswer = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum([...representationKinds]),
    subject: subjectSchema,
    representative: subjectSchema,
    validFrom: Type.String(),
    validUntil: Type.Optional(Type.String()),
    evidence: Type.String(),
    department: Type.String(),
    endedAt: Type.Optional(Type.String()),
  },
  { ...closed, $id: 'Representation', title: 'Representation' },
)
type RepresentationAnswer = Static<typeof representationAnswer>

export function answerOf(known: Representation): RepresentationAnswer {
  const { validFrom, validUntil, endedAt, ...plain } = known
  return {
    ...plain,
    validFrom: validFrom.toISOString(),
    ...(validUntil && { validUntil: validUntil.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  }
}

const noReference = inWords(
  'Name the paper by a number that leads to it, such as a register or file number.',
  '请填写可据以查到该材料的编号（如登记号、档号），不得以占位文字代替。',
)

function checkRepresentation(body: RepresentationBody, exceptions: CodeExceptions, now: Date): Failure | undefined {
  const { kind, subject, representative, validFrom, validUntil, evidence } = body
  const invalid = (pointer: string, en: string, zh: string) =>
    failure('REPRESENTATION_INVALID', { pointer, ...inWords(en, zh) })
  const wrong = checkSubject(subject, '/subject/id', exceptions) ?? checkSubject(representative, '/representative/id')
  if (wrong) return wrong
  if (!isReference(evidence)) return failure('EVIDENCE_INVALID', { pointer: '/evidence', ...noReference })
  if (isSameSubject(subject, representative))
    return invalid('/representative', 'Nobody represents themselves.', '不能代理自己。')
  if (isMinor(representative, now)) return invalid('/representative', 'A representative is of age.', '代理人须已成年。')
  if (!fitsSubject(kind, subject))
    return invalid(
      '/kind',
      'Guardians are for persons, legal representatives for organisations.',
      '监护人适用于自然人，法定代表人适用于法人。',
    )
  if (kind === 'guardian' && majorityOf(subject) === undefined && !validUntil) {
    return invalid(
      '/validUntil',
      'The subject’s id tells no birth date: give the day on which they come of age.',
      '该主体的号码不含出生日期，请填写其年满十八周岁之日。',
    )
  }
  if (kind === 'guardian' && isOfAge(subject, now)) {
    return invalid(
      '/subject',
      'The hub knows guardians of minors only; adults give a power of attorney.',
      '平台仅登记未成年人的监护人；成年人请办理委托代理。',
    )
  }
  // Civil Code, Art 19 to 23: minors act through their guardians.
  if (kind === 'power-of-attorney' && isMinor(subject, now)) {
    return invalid(
      '/subject',
      'A minor has a guardian and gives no power of attorney.',
      '未成年人由监护人代理，不能委托代理。',
    )
  }
  if (kind === 'power-of-attorney' && !validUntil)
    return invalid('/validUntil', 'A power of attorney has an end date.', '委托代理须有截止日期。')
  const begins = validFrom ? Date.parse(validFrom) : now.getTime()
  if (validUntil && Date.parse(validUntil) <= Math.max(begins, now.getTime())) {
    return failure('PERIOD_INVALID', {
      pointer: '/validUntil',
      ...inWords('It must lie after now and after validFrom.', '须晚于当前时间和 validFrom。'),
    })
  }
  return undefined
}

type Outcome = Answer<RepresentationAnswer> | Failure

export async function registerRepresentation(
  hub: Hub,
  caller: Caller,
  body: RepresentationBody,
  attempt: Attempt,
): Promise<Outcome> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith((tx, record) =>
    once(tx, attempt, now, async () => {
      const { department } = caller
      const refusal = department ? checkRepresentation(body, hub.catalogue.exceptions, now) : failure('NOT_ALLOWED')
      if (refusal || !department) {
        record(draftOf(caller, 'register-representation', refusal ?? failure('NOT_ALLOWED')))
        return refusal ?? failure('NOT_ALLOWED')
      }
      const { validFrom, validUntil, ...plain } = body
      const known: Representation = {
        ...plain,
        id: hub.newId(),
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
  hub: Hub,
  caller: Caller,
  id: string,
): Promise<RepresentationAnswer | Failure> {
  const now = hub.now()
  const { outcome } = await hub.accessLog.commitWith(async (tx, record) => {
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
  return {
    kind: 'consent',
    caller: caller.id,
    ...(caller.department && { department: caller.department }),
    content: refused
      ? { step, ...(id && { representation: id }) }
      : { step, representation: outcome.id, kind: outcome.kind },
    ...(!refused && { about: [outcome.subject, outcome.representative] }),
    ...(refused ? { decision: 'refuse', code: outcome.failure } : { decision: 'permit' }),
  }
}
