/** Sets of characters as ECMAScript means them, written out as ranges of code points, so that no other engine has a say. */

/** Ranges [first, last], in order, without overlaps or neighbours. */
export type Characters = readonly (readonly [number, number])[]

const last = 0x10ffff

export function union(sets: readonly Characters[]): Characters {
  const sorted = sets.flat().sort(([a], [b]) => a - b)
  const merged: [number, number][] = []
  for (const [from, to] of sorted) {
    const before = merged.at(-1)
    if (before && from <= before[1] + 1) before[1] = Math.max(before[1], to)
    else merged.push([from, to])
  }
  return merged
}

export function complement(set: Characters): Characters {
  const gaps: [number, number][] = []
  let from = 0
  for (const [first, end] of set) {
    if (first > from) gaps.push([from, first - 1])
    from = end + 1
  }
  if (from <= last) gaps.push([from, last])
  return gaps
}

/** ECMA-262, 22.2.2.9: digits, word characters, WhiteSpace and LineTerminator; a dot is all but the latter. */
const lineEnds: Characters = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
]
const known = new Map<string, Characters>([
  ['.', complement(lineEnds)],
  ['\\d', [[0x30, 0x39]]],
  [
    '\\w',
    [
      [0x30, 0x39],
      [0x41, 0x5a],
      [0x5f, 0x5f],
      [0x61, 0x7a],
    ],
  ],
  [
    '\\s',
    [
      [0x09, 0x0d],
      [0x20, 0x20],
      [0xa0, 0xa0],
      [0x1680, 0x1680],
      [0x2000, 0x200a],
      [0x2028, 0x2029],
      [0x202f, 0x202f],
      [0x205f, 0x205f],
      [0x3000, 0x3000],
      [0xfeff, 0xfeff],
    ],
  ],
])

/** The characters of `.` or of an escape such as `\s` or `\P{Script=Han}`. */
export function charactersOf(token: string): Characters {
  const isNegative = /^\\[DSWP]/.test(token)
  const positive = isNegative ? `\\${token[1]!.toLowerCase()}${token.slice(2)}` : token
  const found = known.get(positive) ?? ask(positive)
  known.set(positive, found)
  return isNegative ? complement(found) : found
}

/** Asks this engine for a property. Some 50 ms, once for each. */
function ask(property: string): Characters {
  const ranges: [number, number][] = []
  for (const [run] of everything().matchAll(new RegExp(`${property}+`, 'gu'))) {
    const before = run.codePointAt(run.length - 2)!
    const end = before > 0xffff ? before : run.charCodeAt(run.length - 1)
    ranges.push([run.codePointAt(0)!, end])
  }
  return ranges
}

/** Each character once, in order. Halves of surrogate pairs are none: no text has any. */
let all: string | undefined
function everything(): string {
  if (all !== undefined) return all
  const units = new Uint16Array(0x10000 - 0x800 + 2 * 0x100000)
  let at = 0
  for (let code = 0; code < 0x10000; code += 1) if (code < 0xd800 || code > 0xdfff) units[at++] = code
  for (let code = 0; code < 0x100000; code += 1) {
    units[at++] = 0xd800 + (code >> 10)
    units[at++] = 0xdc00 + (code & 0x3ff)
  }
  all = new TextDecoder('utf-16le', { ignoreBOM: true }).decode(units)
  return all
}
