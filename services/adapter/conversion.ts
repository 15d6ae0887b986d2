/** From the text of a cell to a value of the record. The text is not empty and has no white space around it. */
import type { Json } from '../contract/canonical-json.ts'
import { damageIn } from '../contract/damaged-text.ts'
import type { Rule } from './config-schema.ts'
import { compileDateFormat } from './date-format.ts'
import type { Problem } from './report.ts'

/** A problem has no place yet, and does not repeat the text. */
export type Conversion = (text: string) => { value: Json } | { problem: Omit<Problem, 'pointer'> }

/** A code table comes first: it holds the words beside dates and numbers (长期). Without conversion a text goes on as it is, unless it is damaged. */
export function conversionOf({ codes, date, number }: Rule): Conversion {
  const further = date !== undefined ? dates(date) : number ? decimal : undefined
  if (codes === undefined) return further ?? undamaged
  const table = codeTable(codes)
  if (!further) return table
  return text => {
    const found = table(text)
    return 'value' in found ? found : further(text)
  }
}

const undamaged: Conversion = text => {
  const damage = damageIn(text)
  return damage ? { problem: { keyword: 'text', message: damage.en, zh: damage.zh } } : { value: text }
}

function codeTable(codes: Record<string, Json>): Conversion {
  const values = new Map(Object.entries(codes).map(([code, value]) => [code, { value }]))
  const unknown = { problem: { keyword: 'codes', message: 'is not in the code table' } }
  return text => values.get(text) ?? unknown
}

function dates(format: string | string[]): Conversion {
  const read = compileDateFormat(format)!
  const written = typeof format === 'string' ? format : format.join(' or ')
  return text => {
    const value = read(text)
    if (value !== undefined) return { value }
    const serial = /^[1-9]\d{4}(\.\d+)?$/.test(text) ? serialDay : undefined
    const message = `is not a date written as ${written}${serial ? `; ${serial.en}` : ''}`
    return { problem: { keyword: 'date', message, ...(serial && { zh: serial.zh }) } }
  }
}

const serialDay = {
  en: 'it looks like the serial number by which a spreadsheet counts days: set the column to date (YYYY-MM-DD) or text and export again',
  zh: '疑似电子表格的日期序列号：请将该列设为日期或“文本格式”后重新导出',
}

/** A double keeps 15 decimal digits whatever they are; more would silently become another number. */
const decimal: Conversion = text =>
  /^[+-]?\d+(\.\d+)?$/.test(text) && digitsIn(text) <= 15 ? { value: Number(text) } : notDecimal
const notDecimal = { problem: { keyword: 'number', message: 'is not a decimal number of at most 15 digits' } }

const digitsIn = (text: string) => text.replace(/^[+-]?0*/, '').replace('.', '').length
