import { damageIn } from '../contract/damaged-text.ts'
import type { Rule } from './config-schema.ts'
import { compileDateFormat } from './date-format.ts'
import { personConversion } from './person-id.ts'
import type { Conversion } from './source-row.ts'

/**
 * A code table comes first: it holds the words beside dates and numbers (长期). Without a conversion a text goes on as it is,
 * unless it is damaged.
 */
export function conversionOf({ codes, date, number, person }: Rule, columns: ReadonlyMap<string, number>): Conversion {
  const further =
    date !== undefined ? dates(date) : number ? decimal : person ? personConversion(person, columns) : undefined
  if (codes === undefined) return further ?? undamaged
  const values = new Map(Object.entries(codes))
  if (!further) return { convert: text => values.get(text), explain: () => unknownCode }
  return { ...further, convert: (text, row) => (values.has(text) ? values.get(text) : further.convert(text, row)) }
}

const undamaged: Conversion = {
  convert: text => (damageIn(text) ? undefined : text),
  explain: text => {
    const { en, zh } = damageIn(text)!
    return { keyword: 'text', message: en, zh }
  },
}

const unknownCode = { keyword: 'codes', message: 'is not in the code table' }

function dates(format: string | string[]): Conversion {
  const written = typeof format === 'string' ? format : format.join(' or ')
  return {
    convert: compileDateFormat(format)!,
    explain: text => {
      const message = `is not a date written as ${written}`
      if (!/^[1-9]\d{4}(\.\d+)?$/.test(text)) return { keyword: 'date', message }
      return { keyword: 'date', message: `${message}; ${serialDay.en}`, zh: serialDay.zh }
    },
  }
}

const serialDay = {
  en: 'it looks like the serial number by which a spreadsheet counts days: set the column to date (YYYY-MM-DD) or text and export again',
  zh: '疑似电子表格的日期序列号：请将该列设为日期或“文本格式”后重新导出',
}

/** A double keeps 15 decimal digits whatever they are; more would silently become another number. */
const decimal: Conversion = {
  convert: text => (/^[+-]?\d+(\.\d+)?$/.test(text) && digitsIn(text) <= 15 ? Number(text) : undefined),
  explain: () => ({ keyword: 'number', message: 'is not a decimal number of at most 15 digits' }),
}

const digitsIn = (text: string) => text.replace(/^[+-]?0*/, '').replace('.', '').length
