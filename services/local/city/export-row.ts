/**
 * From a record to the row that the department's own system would export: the adapter's mapping, read backwards. So each
 * dataset's columns, code tables and date formats are written down once, in adapters/.
 */
import type { Config, Rule } from '../../adapter/config-schema.ts'
import type { Json } from '../../contract/canonical-json.ts'
import { parsePointer, valuesAt } from '../../contract/json-pointer.ts'
import type { CityRecord } from './records/record.ts'

export type Column = { name: string; pointer: string; rule: Rule; cellOf: (record: CityRecord) => string }
export type RowExport = { columns: readonly Column[]; rowOf: (record: CityRecord) => string[] }

export function rowExportOf({ mapping, event }: Config): RowExport {
  const columns = Object.entries(mapping ?? {}).flatMap(([pointer, rule]) => columnFor(pointer, rule))
  const change = event?.change as { column: string; codes: Record<string, string> }
  const time = event?.time as { column: string; date: string }
  const codeFor = codeWriter(change.codes)
  columns.push(
    eventColumn(change.column, record => codeFor(record.change)),
    eventColumn(time.column, record => writeDate(record.updatedOn, time.date)),
  )
  return { columns, rowOf: record => columns.map(column => column.cellOf(record)) }
}

const eventColumn = (name: string, cellOf: Column['cellOf']): Column => ({ name, pointer: '', rule: {}, cellOf })

function columnFor(pointer: string, rule: Rule): Column[] {
  if (rule.column === undefined) return []
  const tokens = parsePointer(pointer)!
  const write = valueWriter(rule)
  const cellOf = ({ data }: CityRecord) =>
    valuesAt(data, tokens)
      .map(write)
      .join(rule.split ?? '')
  return [{ name: rule.column, pointer, rule, cellOf }]
}

function valueWriter({ codes, date }: Rule): (value: Json) => string {
  if (codes) return codeWriter(codes)
  const format = [date].flat()[0]
  return format ? value => writeDate(String(value), format) : String
}

/** The code table read backwards; of two codes for one value the first. */
function codeWriter(codes: Record<string, Json>): (value: Json) => string {
  const written = new Map(
    Object.entries(codes)
      .reverse()
      .map(([code, value]) => [value, code]),
  )
  return value => {
    const code = written.get(value)
    if (code === undefined) throw new Error(`the code table has no code for ${JSON.stringify(value)}`)
    return code
  }
}

/** `2019-03-05` by `YYYY年M月D日` → `2019年3月5日`; the words are those of adapter/date-format.ts. */
function writeDate(date: string, format: string): string {
  const [, year, month, day, hour = '', minute = ''] = /^(\d{4})-(\d{2})-(\d{2})(?:T(\d{2}):(\d{2}))?/.exec(date)!
  const parts: Record<string, string> = { YYYY: year!, MM: month!, DD: day!, HH: hour, mm: minute }
  const short: Record<string, string> = { M: String(Number(month)), D: String(Number(day)) }
  return format.replaceAll(/YYYY|MM?|DD?|HH|mm/g, part => parts[part] ?? short[part]!)
}
