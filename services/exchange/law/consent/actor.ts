/** In what capacity somebody acts on a consent: rules only. Callers without a role in this consent get NOT_FOUND. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { isSameSubject, type Subject } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { checkEvidence, type Evidence } from './evidence.ts'
import { isInForce, isMinor, isOfAge, type Representation } from './representation.ts'

export type Actor =
  | { as: 'subject' }
  | { as: 'representative'; representation: Representation }
  /** The receiving department's system vouches for what was signed at its counter. */
  | { as: 'counter'; evidence: Evidence; by: string; representation?: Representation }

type Scene = { subject: Subject; department: string; evidence?: Evidence; representation?: string }

/** `representations` are those of the subject. A minor never acts alone. */
export function actorFor(
  caller: Caller,
  { subject, department, evidence, representation }: Scene,
  representations: readonly Representation[],
  now: Date,
): Actor | Failure {
  const standing = representations.filter(known => isInForce(known, now))
  if (isOwn(caller, subject)) {
    if (isMinor(subject, now)) return guardianRequired()
    return isOfAge(subject, now, caller.birthDate) ? { as: 'subject' } : failure('GUARDIAN_REQUIRED', ageUnknown)
  }
  const own = standing.find(known => isOwn(caller, known.representative))
  if (own) return { as: 'representative', representation: own }
  if (!actsFor(caller, department)) return failure('NOT_FOUND')
  if (evidence === undefined) {
    const words = inWords(
      'Name the signed form, its day and where it is kept, or ask the subject without evidence.',
      '请注明签署材料的编号、日期和存放地点，或改为向本人发出授权请求。',
    )
    return failure('EVIDENCE_REQUIRED', { pointer: '/evidence', ...words })
  }
  const unfit = checkEvidence(evidence, now)
  if (unfit) return unfit
  const named = standing.find(({ id }) => id === representation)
  if (representation !== undefined && !named) return failure('REPRESENTATION_UNKNOWN', { pointer: '/representation' })
  if (isMinor(subject, now) && named?.kind !== 'guardian') return guardianRequired()
  return { as: 'counter', evidence, by: caller.id, ...(named && { representation: named }) }
}

/** A citizen acts in the name of this subject, their own. */
export const isOwn = ({ roles, subject: own }: Caller, subject: Subject): boolean =>
  roles.includes('citizen') && isSameSubject(own, subject)

export const actsFor = ({ roles, department: own }: Caller, department: string): boolean =>
  own === department && (roles.includes('system') || roles.includes('steward'))

const ageUnknown = inWords(
  'Neither the id nor the sign-in tells a birth date, so that the hub cannot know that the subject is 18. A department can record the consent at its counter.',
  '号码和登录信息均不含出生日期，平台无法确认主体已满十八周岁；可由部门在窗口登记授权。',
)

const guardianRequired = () =>
  failure('GUARDIAN_REQUIRED', {
    ...inWords(
      'The subject is under 18: a guardian acts for them. Register the guardian with POST /v1/representations.',
      '主体未满十八周岁，须由监护人代为办理。请先通过 POST /v1/representations 登记监护人。',
    ),
  })
