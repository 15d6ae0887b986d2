/** Numbers are kept as doubles (IEEE 754 binary64), so most decimals of more than 15 digits would become others. */

/**
 * Whether a number as JSON writes it is kept exactly: the shortest decimal of its double denotes the same value. So 1.0,
 * 1e0 and 1 are one number, −0 is 0, and 9007199254740993, 1e400 and 1e-400 are not kept. A leading `+` is accepted too.
 */
export function isKeptExactly(written: string): boolean {
  if (written.length <= surelyKept && !/[eE]/.test(written)) return true
  const value = Number(written)
  return Number.isFinite(value) && normalOf(written) === normalOf(String(value))
}

/** A number of so many characters, without an exponent, has at most 15 digits, and those a double keeps. */
export const surelyKept = 15

/** Sign, digits without zeros around them, power of ten: one text for each value. */
function normalOf(decimal: string): string {
  const [, sign, whole, fraction = '', exponent = '0'] = parts.exec(decimal) as unknown as [string, string, string]
  const digits = (whole + fraction).replace(/^0+/, '')
  if (digits === '') return '0'
  let end = digits.length
  while (digits[end - 1] === '0') end -= 1
  const power = Number(exponent) - fraction.length + digits.length - end
  return `${sign === '-' ? '-' : ''}${digits.slice(0, end)}e${power}`
}

const parts = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/
