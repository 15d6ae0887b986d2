/**
 * The citizen's number (公民身份号码, GB 11643): six digits of region, eight of birth date, three of sequence (odd for men,
 * even for women), one check character by ISO 7064 MOD 11-2. Two more documents have numbers of this layout and check: the
 * residence permit for Hong Kong, Macao and Taiwan residents (港澳台居民居住证, regions 81, 82, 83), and since December 2023 the
 * foreigner's permanent residence card (外国人永久居留身份证, GA 2102): a 9, two digits of province, three of nationality.
 */
import { isDate } from './calendar.ts'
import { digitAt } from './organisation-code.ts'
import { isInKnownProvince } from './province.ts'

const weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]
const checkCharacters = '10X98765432'

/** The eighteenth character for the first seventeen digits. */
export function residentIdCheck(firstSeventeen: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * digitAt(firstSeventeen, at), 0)
  return checkCharacters.charAt(sum % 11)
}

/** The birth date in a resident id, `1949-12-31`. */
export const birthDateOf = (id: string): string => `${id.slice(6, 10)}-${id.slice(10, 12)}-${id.slice(12, 14)}`

/** A province stands at the beginning, or behind the 9 of a foreigner's; or 83, which is Taiwan's in residence permits. */
export const isIssuedSomewhere = (id: string): boolean =>
  isInKnownProvince(isForeigners(id) ? id.slice(1) : id) || id.startsWith('83')

/** Whether a number of this layout is that of a foreigner's permanent residence card. */
export const isForeigners = (id: string): boolean => id.startsWith('9')

/** Upper-case X only. By hand, and the check first: every pull and every record asks it, and an expression costs more than all of it. */
export function isResidentId(text: string): boolean {
  if (text.length !== 18) return false
  let sum = 0
  for (let at = 0; at < 17; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return false
    sum += weights[at]! * digit
  }
  if (checkCharacters.charCodeAt(sum % 11) !== text.charCodeAt(17)) return false
  return isIssuedSomewhere(text) && isDate(birthDateOf(text))
}
