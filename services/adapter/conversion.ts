/** From the text of a cell to a value of the record. The text is not empty and has no white space around it. */
import type { Json } from '../contract/canonical-json.ts'
import type { Rule } from './config-schema.ts'
import { compileDateFormat } from './date-format.ts'

export type Conversion = {
  /** The word of the config, as reports name it. */
  keyword: string
  /** undefined where the text does not fit. */
  convert: (text: string) => Json | undefined
  /** What a text that does not fit is told, without repeating it. */
  complaint: string
}

export function conversionOf({ codes, date, number }: Rule): Conversion | undefined {
  if (codes !== undefined) return codeTable(codes)
  if (date !== undefined) {
    return { keyword: 'date', convert: compileDateFormat(date)!, complaint: `is not a date written as ${date}` }
  }
  return number ? decimal : undefined
}

function codeTable(codes: Record<string, Json>): Conversion {
  const values = new Map(Object.entries(codes))
  return { keyword: 'codes', convert: text => values.get(text), complaint: 'is not in the code table' }
}

/** A double keeps 15 decimal digits whatever they are; more would silently become another number. */
const decimal: Conversion = {
  keyword: 'number',
  convert: text => (/^[+-]?\d+(\.\d+)?$/.test(text) && digitsIn(text) <= 15 ? Number(text) : undefined),
  complaint: 'is not a decimal number of at most 15 digits',
}

const digitsIn = (text: string) => text.replace(/^[+-]?0*/, '').replace('.', '').length
