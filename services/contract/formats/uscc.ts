/**
 * The unified social credit code (统一社会信用代码, GB 32100) of an organisation: registering department, category, six digits
 * of region, organisation code (GB 11714), one check character modulo 31.
 */

import { organisationCodeCheck } from './organisation-code.ts'
import { isInKnownProvince } from './province.ts'

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
/** The value of a character, by its code. */
const values = Array.from({ length: 128 }, (_, code) => alphabet.indexOf(String.fromCharCode(code)))
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const shape = /^[\dA-HJ-NP-RTUWXY]{2}\d{6}[\dA-HJ-NP-RTUWXY]{10}$/
const wholeCountry = '100000'

/** The eighteenth character for the first seventeen. */
export function usccCheck(firstSeventeen: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * values[firstSeventeen.charCodeAt(at)]!, 0)
  return alphabet.charAt((31 - (sum % 31)) % 31)
}

/** The characters of a code in their places, and a region that exists; its check characters may be wrong. */
export function hasUsccShape(text: string): boolean {
  if (!shape.test(text)) return false
  const region = text.slice(2, 8)
  return region === wholeCountry || isInKnownProvince(region)
}

export function isUscc(text: string): boolean {
  if (!hasUsccShape(text)) return false
  return organisationCodeCheck(text.slice(8, 16)) === text.charAt(16) && usccCheck(text) === text.charAt(17)
}
