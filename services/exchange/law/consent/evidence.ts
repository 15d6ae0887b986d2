/**
 * Evidence signed at a counter (线下签署材料): the number of the form, the day of the signature, and where it is kept, so that an
 * inspector can ask for exactly that paper (PIPL, Art 14 and 69: the one who relies on a consent proves it). Rules only. No text
 * proves that a paper exists, but a number, a day and a place can be checked, and "paper, none" cannot.
 */
import Type, { type Static } from 'typebox'
import { cityDayOf, dayLength } from '../../../contract/city-time.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'

const line = (maxLength: number, description: string) =>
  Type.String({ minLength: 2, maxLength, pattern: '^[^\\x00-\\x1f]*$', description })

export const evidenceSchema = Type.Object(
  {
    form: line(80, 'Number of the signed form / 签署材料编号; no personal data'),
    signedOn: Type.String({ format: 'date', description: 'Day of the signature / 签署日期' }),
    keptAt: line(120, 'Archive, file or counter where it is kept, with its number / 存放地点及档号'),
  },
  { additionalProperties: false, description: 'What was signed at the counter, so that it can be found' },
)
export type Evidence = Static<typeof evidenceSchema>

/** As it is answered: what was recorded as one text before 2026-12 has its text as the form alone. */
export const evidenceAnswer = Type.Object(
  { form: Type.String(), signedOn: Type.Optional(Type.String()), keptAt: Type.Optional(Type.String()) },
  { additionalProperties: false },
)
export const answerEvidence = (evidence: Evidence | string): Static<typeof evidenceAnswer> =>
  typeof evidence === 'string' ? { form: evidence } : evidence

/** Days between the signature and its recording. */
const daysMax = 30
export function checkEvidence({ form, signedOn, keptAt }: Evidence, now: Date): Failure | undefined {
  const unfit = (member: string, en: string, zh: string) =>
    failure('EVIDENCE_INVALID', { pointer: `/evidence/${member}`, ...inWords(en, zh) })
  for (const [member, text] of Object.entries({ form, keptAt })) {
    if (!isReference(text))
      return unfit(
        member,
        'Name it by a number that leads to it, such as a form or file number; what stands for nothing is none.',
        '请填写可据以查到该材料的编号（如表单号、档号），不得以占位文字代替。',
      )
    if (holdsPersonalId(text))
      return unfit(member, 'Leave the id of the person out; the paper has it.', '请勿填写公民身份号码。')
  }
  if (wordsOf(form).join('') === wordsOf(keptAt).join(''))
    return unfit('keptAt', 'Say where it is kept, not its number again.', '请填写存放地点，不得重复材料编号。')
  if (signedOn > cityDayOf(now)) return unfit('signedOn', 'This day is yet to come.', '该日期尚未到来。')
  if (signedOn < cityDayOf(new Date(now.getTime() - daysMax * dayLength)))
    return unfit(
      'signedOn',
      `A consent is recorded within ${daysMax} days of its signature; ask the subject anew.`,
      `须在签署后 ${daysMax} 日内登记，请重新征得同意。`,
    )
  return undefined
}

/**
 * Leads to one thing: holds a number, and more than one and the same sign over and over. Placeholders have no number (无, n/a,
 * 见附件) or one that tells nothing (0, 000, 1).
 */
export function isReference(text: string): boolean {
  const words = wordsOf(text)
  const isNumbered = words.some(word => /\p{Nd}/u.test(word) && !/^0+$/.test(word))
  return isNumbered && new Set(words.join('')).size >= 3
}

/** Letters and digits, as they are meant: full-width ones are the same, blanks and signs are none. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? []

const holdsPersonalId = (text: string) => /\d{17}[\dx]/i.test(wordsOf(text).join(''))
