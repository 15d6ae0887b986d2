/**
 * A subject's id as people type and paste it. One rule for hub, adapter and console: how an id is written, whether it is a
 * person's or an organisation's, and what is wrong with it, in both languages. No sentence repeats the id.
 */
import { type Failure, failure, inWords } from './failure.ts'
import { isDate } from './formats/calendar.ts'
import { birthDateOf, isIssuedSomewhere, isResidentId } from './formats/resident-id.ts'
import { isUscc } from './formats/uscc.ts'
import { isSubject, type Subject } from './subject.ts'

/** Without blanks of any width, line breaks, zero-width and direction marks: nobody sees them, and no id or name needs any. */
export const withoutUnseen = (typed: string): string =>
  typed.replace(/[\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cc}\p{Cf}]/gu, '')

const fullWidth = /[\uff01-\uff5e]/g
const fullWidthOffset = 0xfee0
/** The Roman numeral ten, which Chinese input methods offer for the check character X. */
const romanTen = /[\u2169\u2179]/g

/** The id as GB 11643 and GB 32100 write it: half-width, capital letters, nothing between them. Any other character stays. */
const writtenId = (typed: string): string =>
  withoutUnseen(typed)
    .replace(fullWidth, character => String.fromCharCode(character.charCodeAt(0) - fullWidthOffset))
    .replace(romanTen, 'X')
    .replace(/[a-z]/g, letter => letter.toUpperCase())

/** Why a text is no subject's id. */
export const subjectFaults = {
  missing: { en: 'Give an id.', zh: '请填写号码。' },
  characters: {
    en: 'An id has digits and the letters A to Z only.',
    zh: '号码只能包含数字和字母 A 至 Z。',
  },
  length: { en: 'An id has 18 characters; this one has more or fewer.', zh: '号码应为 18 位，现位数不符。' },
  'first-generation': {
    en: 'A number of 15 digits is no longer in use: give the one of 18 characters.',
    zh: '15 位号码已停止使用，请填写 18 位公民身份号码。',
  },
  region: {
    en: 'The first two digits of a person’s id name a province; these name none.',
    zh: '公民身份号码前两位应为省级行政区划代码，现号码不符。',
  },
  'birth-date': {
    en: 'Characters 7 to 14 of a person’s id are a birth date; there is no such day.',
    zh: '公民身份号码第 7 至 14 位应为出生日期，该日期不存在。',
  },
  'person-check': {
    en: 'The check digit does not fit: a digit of this person’s id is wrong, or two are swapped (GB 11643).',
    zh: '校验码不符：该公民身份号码中有数字错误或两位颠倒（GB 11643）。',
  },
  'organisation-check': {
    en: 'The check character does not fit: a character of this organisation’s code is wrong, or two are swapped (GB 32100).',
    zh: '校验码不符：该统一社会信用代码中有字符错误或两位颠倒（GB 32100）。',
  },
  either: {
    en: 'This could be a person’s id as well as an organisation’s code: say which.',
    zh: '该号码既可能是公民身份号码，也可能是统一社会信用代码，请选择主体类型。',
  },
  unwritten: {
    en: 'Write the id in half-width characters, without blanks, letters as capitals (X).',
    zh: '号码须使用半角字符，不含空格，字母（X）须大写。',
  },
} as const
export type SubjectFault = keyof typeof subjectFaults

/** The subject that a typed id names, of any type or of the one given; or what is wrong with it. */
export function readSubject(typed: string, type?: Subject['type']): Subject | SubjectFault {
  const id = writtenId(typed)
  const isPerson = type !== 'organisation' && isResidentId(id)
  const isOrganisation = type !== 'person' && isUscc(id)
  if (isPerson && isOrganisation) return 'either'
  if (isPerson) return { type: 'person', id }
  return isOrganisation ? { type: 'organisation', id } : faultOf(id, type)
}

export const isFault = (read: Subject | SubjectFault): read is SubjectFault => typeof read === 'string'

function faultOf(id: string, type: Subject['type'] | undefined): SubjectFault {
  if (id === '') return 'missing'
  if (!/^[\dA-Z]+$/.test(id)) return 'characters'
  if (type !== 'organisation' && /^\d{15}$/.test(id)) return 'first-generation'
  if (id.length !== 18) return 'length'
  if (type === 'person') return faultOfPerson(id)
  if (type === 'organisation' || !/^\d{17}[\dX]$/.test(id)) return 'organisation-check'
  // Digits alone may be either: a number with a birth date in it was meant for a person.
  const fault = faultOfPerson(id)
  return fault === 'person-check' ? fault : 'organisation-check'
}

function faultOfPerson(id: string): SubjectFault {
  if (!/^\d{17}[\dX]$/.test(id)) return 'characters'
  if (!isIssuedSomewhere(id)) return 'region'
  return isDate(birthDateOf(id)) ? 'person-check' : 'birth-date'
}

/** SUBJECT_INVALID with what is wrong, where `subject` is none: bodies are taken as they are, so nothing is mended here. */
export function checkSubject(subject: Subject, pointer: string): Failure | undefined {
  const { id, type } = subject
  if (isSubject(subject)) return undefined
  const read = readSubject(id, type)
  const { en, zh } = subjectFaults[isFault(read) ? read : 'unwritten']
  return failure('SUBJECT_INVALID', { pointer, ...inWords(en, zh) })
}
