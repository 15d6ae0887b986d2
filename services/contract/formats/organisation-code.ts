/**
 * The organisation code (组织机构代码, GB 11714): eight digits or letters and one check character. It lives on as characters
 * 9 to 17 of the unified social credit code. The check cannot see a letter that replaces a digit eleven smaller (`B`, `0`).
 */
const weights = [3, 7, 9, 10, 5, 8, 4, 2]

/** `0` to `9` are 0 to 9, `A` to `Z` 10 to 35. The character is one of these. */
export const digitAt = (text: string, at: number): number => {
  const code = text.charCodeAt(at)
  return code < 58 ? code - 48 : code - 55
}

/** The ninth character for the first eight. */
export function organisationCodeCheck(firstEight: string): string {
  const sum = weights.reduce((total, weight, at) => total + weight * digitAt(firstEight, at), 0)
  const check = 11 - (sum % 11)
  return check === 10 ? 'X' : check === 11 ? '0' : String(check)
}

/** Nine characters, without the hyphen that is sometimes printed before the last. */
export const isOrganisationCode = (text: string): boolean =>
  /^[\dA-Z]{8}[\dX]$/.test(text) && organisationCodeCheck(text) === text.charAt(8)
