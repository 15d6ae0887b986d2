/**
 * The organisation code (组织机构代码, GB 11714): eight digits or letters and one check character. It lives on as characters
 * 9 to 17 of the unified social credit code. The check cannot see a letter that replaces a digit eleven smaller (`B`, `0`).
 */
const weights = [3, 7, 9, 10, 5, 8, 4, 2]
const digitOf = (character: string) => Number.parseInt(character, 36)

/** The ninth character for the first eight. */
export function organisationCodeCheck(firstEight: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * digitOf(firstEight.charAt(at)), 0)
  const check = 11 - (sum % 11)
  return check === 10 ? 'X' : check === 11 ? '0' : String(check)
}

/** Nine characters, without the hyphen that is sometimes printed before the last. */
export const isOrganisationCode = (text: string): boolean =>
  /^[\dA-Z]{8}[\dX]$/.test(text) && organisationCodeCheck(text) === text.charAt(8)
