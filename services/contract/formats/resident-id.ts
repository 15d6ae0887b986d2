/**
 * The citizen's number (公民身份号码, GB 11643): six digits of region, eight of birth date, three of sequence (odd for men,
 * even for women), one check character by ISO 7064 MOD 11-2.
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

/** A province, or 83: a holder of a residence permit for Taiwan has such a number too. */
export const isIssuedSomewhere = (id: string): boolean => isInKnownProvince(id) || id.startsWith('83')

/** Upper-case X only. */
export function isResidentId(text: string): boolean {
  if (!/^[1-9]\d{16}[\dX]$/.test(text)) return false
  if (!isIssuedSomewhere(text)) return false
  return isDate(birthDateOf(text)) && residentIdCheck(text) === text.charAt(17)
}
