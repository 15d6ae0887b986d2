/**
 * The unified social credit code (统一社会信用代码, GB 32100) of an organisation: registering department, category, six digits
 * of region, organisation code (GB 11714), one check character modulo 31.
 */
import { isInKnownProvince } from './division-code.ts'
import { isOrganisationCode } from './organisation-code.ts'

const alphabet = '0123456789ABCDEFGHJKLMNPQRTUWXY'
const weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28]
const shape = /^[\dA-HJ-NP-RTUWXY]{2}\d{6}[\dA-HJ-NP-RTUWXY]{10}$/
const wholeCountry = '100000'

/** The eighteenth character for the first seventeen. */
export function usccCheck(firstSeventeen: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * alphabet.indexOf(firstSeventeen.charAt(at)), 0)
  return alphabet.charAt((31 - (sum % 31)) % 31)
}

export function isUscc(text: string): boolean {
  if (!shape.test(text)) return false
  const region = text.slice(2, 8)
  if (region !== wholeCountry && !isInKnownProvince(region)) return false
  return isOrganisationCode(text.slice(8, 17)) && usccCheck(text) === text.charAt(17)
}
