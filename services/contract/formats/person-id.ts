/**
 * Ids of persons. Eighteen characters of the layout of GB 11643 stand alone: they tell themselves whether they are a citizen's
 * number, that of a residence permit for Hong Kong, Macao and Taiwan residents (81, 82, 83) or that of a foreigner's permanent
 * residence card since 2023 (9). The number of any other document has the document's kind before it, so that no two can be taken
 * for each other:
 *
 *     passport:DEU:C01X00T47                issuing state, number (ICAO Doc 9303)
 *     hk-macao-permit:H12345678             Mainland Travel Permit for Hong Kong and Macao Residents, without the count of renewals
 *     taiwan-permit:12345678                Mainland Travel Permit for Taiwan Residents, without the count of renewals
 *     permanent-residence:USA310185060112   foreigner's permanent residence card of before 2023
 */
import { isDate } from './calendar.ts'
import { isIssuingState } from './issuing-state.ts'
import { digitAt } from './organisation-code.ts'
import { isInKnownProvince } from './province.ts'
import { birthDateOf, isResidentId } from './resident-id.ts'

export const documentKinds = ['passport', 'hk-macao-permit', 'taiwan-permit', 'permanent-residence'] as const
export type DocumentKind = (typeof documentKinds)[number]

/** Characters of the longest id of a person. */
export const personIdLengthMax = 'permanent-residence:USA310185060112'.length

/** In the form above and no other, checked as far as the number can be. */
export function isPersonId(text: string): boolean {
  const parts = documentIn(text)
  return parts ? isNumberOf[parts.kind](parts.number) : isResidentId(text)
}

/** The kind before an id and what stands behind it; undefined where an id stands alone. */
export function documentIn(id: string): { kind: DocumentKind; number: string } | undefined {
  // Most ids are numbers of eighteen characters.
  if (id.charCodeAt(0) <= nine) return undefined
  const kind = documentKinds.find(known => id.startsWith(known) && id.charAt(known.length) === ':')
  return kind && { kind, number: id.slice(kind.length + 1) }
}
const nine = 57

const isNumberOf: Record<DocumentKind, (number: string) => boolean> = {
  passport: text => text.charAt(3) === ':' && isIssuingState(text.slice(0, 3)) && isPassportNumber(text.slice(4), text),
  'hk-macao-permit': text => /^[HM]\d{8}$/.test(text),
  'taiwan-permit': text => /^\d{8}$/.test(text),
  'permanent-residence': text =>
    isOfOldCard(text) && isResidentOfOldCard(text) && oldCardCheck(text) === text.charAt(14),
}

/**
 * A machine-readable passport has room for nine characters, and has no check digit in the number itself. China's own are one or two
 * letters and digits, or 14 and 15 and seven digits.
 */
export const isPassportNumber = (number: string, state: string): boolean =>
  state.startsWith('CHN')
    ? /^(?:[A-Z]\d{7,8}|[A-Z]{2}\d{7}|1[45]\d{7})$/.test(number)
    : /^(?=.*\d)[A-Z\d]{5,9}$/.test(number)

/** Three letters of the nationality, four digits of the place, six of the birth date, one of sequence, one to check. */
export const isOfOldCard = (number: string): boolean => /^[A-Z]{3}\d{12}$/.test(number)

/** Nationality, province and birth date of an old card's number exist. */
export const isResidentOfOldCard = (number: string): boolean =>
  isIssuingState(number.slice(0, 3)) && isInKnownProvince(number.slice(3)) && isDate(birthDateOfOldCard(number))

/** The fifteenth character for the first fourteen: weights 7, 3, 1 modulo 10, a letter counting as in a passport (ICAO Doc 9303-3). */
export function oldCardCheck(number: string): string {
  let sum = 0
  for (let at = 0; at < 14; at++) sum += digitAt(number, at) * [7, 3, 1][at % 3]!
  return String(sum % 10)
}

/** Year of two digits; the last such card was issued in 2023. Of two centuries the later one: rather a guardian too many. */
function birthDateOfOldCard(number: string): string {
  const [year, month, day] = [number.slice(7, 9), number.slice(9, 11), number.slice(11, 13)]
  const inThisCentury = `20${year}-${month}-${day}`
  return Number(year) <= 23 && isDate(inThisCentury) ? inThisCentury : `19${year}-${month}-${day}`
}

/** The birth date that a valid id tells, `1949-12-31`; undefined where it tells none: passports and travel permits. */
export function birthDateIn(personId: string): string | undefined {
  const document = documentIn(personId)
  if (!document) return birthDateOf(personId)
  return document.kind === 'permanent-residence' ? birthDateOfOldCard(document.number) : undefined
}
