/**
 * `multipleOf` in decimal arithmetic, as people mean it: 19.99 is a multiple of 0.01. Division in binary floating point,
 * which ajv uses, says no to many amounts of money.
 */
export function isMultipleOf(value: number, of: number): boolean {
  if (Number.isInteger(value) && Number.isInteger(of)) return value % of === 0
  const digits = Math.max(decimalsOf(value), decimalsOf(of))
  return scaled(value, digits) % scaled(of, digits) === 0n
}

/** 1.5e-7 → 8: digits after the point in the shortest decimal writing. */
export function decimalsOf(value: number): number {
  const [digits, exponent = '0'] = String(value).split('e') as [string, string?]
  return Math.max(0, (digits.split('.')[1]?.length ?? 0) - Number(exponent))
}

/** `value` × 10^`digits`, exact; `digits` must cover the decimals of the value. */
export function scaled(value: number, digits: number): bigint {
  const [mantissa, exponent = '0'] = String(value).split('e') as [string, string?]
  const [whole, fraction = ''] = mantissa.split('.') as [string, string?]
  return BigInt(whole + fraction) * 10n ** BigInt(digits + Number(exponent) - fraction.length)
}
