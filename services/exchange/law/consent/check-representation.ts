import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import { isSameSubject } from '../../../contract/subject.ts'
import { isReference } from './evidence.ts'
import { fitsSubject, isMinor, isOfAge, majorityOf } from './representation.ts'
import type { RepresentationBody } from './representation-answer.ts'

const noReference = inWords(
  'Name the paper by a number that leads to it, such as a register or file number.',
  '请填写可据以查到该材料的编号（如登记号、档号），不得以占位文字代替。',
)

/** @returns the first thing that is wrong. */
export function checkRepresentation(
  body: RepresentationBody,
  exceptions: CodeExceptions,
  now: Date,
): Failure | undefined {
  const { subject, representative, evidence } = body
  const wrong = checkSubject(subject, '/subject/id', exceptions) ?? checkSubject(representative, '/representative/id')
  if (wrong) return wrong
  if (!isReference(evidence)) return failure('EVIDENCE_INVALID', { pointer: '/evidence', ...noReference })
  if (isSameSubject(subject, representative))
    return invalid('/representative', 'Nobody represents themselves.', '不能代理自己。')
  if (isMinor(representative, now)) return invalid('/representative', 'A representative is of age.', '代理人须已成年。')
  return checkKind(body, now) ?? checkPeriod(body, now)
}

const invalid = (pointer: string, en: string, zh: string) =>
  failure('REPRESENTATION_INVALID', { pointer, ...inWords(en, zh) })

/** Whether this kind of representative may act for this subject. */
function checkKind({ kind, subject, validUntil }: RepresentationBody, now: Date): Failure | undefined {
  if (!fitsSubject(kind, subject))
    return invalid(
      '/kind',
      'Guardians are for persons, legal representatives for organisations.',
      '监护人适用于自然人，法定代表人适用于法人。',
    )
  if (kind === 'guardian' && majorityOf(subject) === undefined && !validUntil)
    return invalid(
      '/validUntil',
      'The subject’s id tells no birth date: give the day on which they come of age.',
      '该主体的号码不含出生日期，请填写其年满十八周岁之日。',
    )
  if (kind === 'guardian' && isOfAge(subject, now))
    return invalid(
      '/subject',
      'The hub knows guardians of minors only; adults give a power of attorney.',
      '平台仅登记未成年人的监护人；成年人请办理委托代理。',
    )
  // Civil Code, Art 19 to 23: minors act through their guardians.
  if (kind === 'power-of-attorney' && isMinor(subject, now))
    return invalid(
      '/subject',
      'A minor has a guardian and gives no power of attorney.',
      '未成年人由监护人代理，不能委托代理。',
    )
  return undefined
}

function checkPeriod({ kind, validFrom, validUntil }: RepresentationBody, now: Date): Failure | undefined {
  if (kind === 'power-of-attorney' && !validUntil)
    return invalid('/validUntil', 'A power of attorney has an end date.', '委托代理须有截止日期。')
  const begins = validFrom ? Date.parse(validFrom) : now.getTime()
  if (!validUntil || Date.parse(validUntil) > Math.max(begins, now.getTime())) return undefined
  return failure('PERIOD_INVALID', {
    pointer: '/validUntil',
    ...inWords('It must lie after now and after validFrom.', '须晚于当前时间和 validFrom。'),
  })
}
