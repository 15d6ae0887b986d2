/** One row of a department's file on its way to a message: map, compute, validate, make the event. */
import type { JsonObject } from '../contract/canonical-json.ts'
import { likelyDamage, lostDigits } from '../contract/damaged-text.ts'
import type { OutgoingMessage } from '../contract/envelope.ts'
import type { EventDefaults, EventReader } from './event.ts'
import type { Mapping } from './mapping.ts'
import { messageOf, type Publication, violationsOf } from './message.ts'
import type { Problem, ReportLine } from './report.ts'
import type { CsvRow, Fault } from './sources/row-fault.ts'

export type RowRules = { mapping: Mapping; events: EventReader }

export type ReadRow = (row: CsvRow) => OutgoingMessage | Problem[] | Promise<OutgoingMessage | Problem[]>

export const neededColumns = ({ mapping, events }: RowRules) => [...mapping.columns, ...Object.values(events.columns)]

/** `header` has every one of `neededColumns`. */
export function rowReader(
  header: readonly string[],
  { mapping, events }: RowRules,
  publication: Publication,
  defaults: EventDefaults,
): ReadRow {
  const { map, evaluate } = mapping.forHeader(header, publication.schema.placeOf)
  const readEvent = events.forHeader(header)
  const finish = (record: JsonObject, problems: Problem[], cells: readonly string[]) => {
    if (problems.length > 0 || publication.schema.validate(record)) return violationsOf(publication, record, problems)
    const facts = readEvent(cells, record, defaults)
    return Array.isArray(facts) ? facts : messageOf(publication, record, facts)
  }
  const withLikelyDamage = (problem: Problem, { cells }: CsvRow): Problem => {
    const column = columnOf(problem, { mapping, events })
    if (column === undefined) return problem
    const cell = cells[header.indexOf(column)]?.trim() ?? ''
    // Lost digits are the one fault that the text alone does not show: a spreadsheet made it.
    const damage = problem.zh ? lostDigits(cell) : likelyDamage(cell)
    return damage ? { ...problem, message: `${problem.message}; ${damage.en}`, zh: damage.zh } : problem
  }
  const explained = (outcome: OutgoingMessage | Problem[], row: CsvRow) =>
    Array.isArray(outcome) ? outcome.map(problem => withLikelyDamage(problem, row)) : outcome
  return row => {
    const fault = row.fault ?? miscount(row, header.length)
    if (fault) return [{ pointer: '', keyword: 'row', message: fault.en, zh: fault.zh }]
    const cells = row.cells.length === header.length ? row.cells : header.map((_, at) => row.cells[at] ?? '')
    const { record, problems } = map(cells)
    if (!evaluate) return explained(finish(record, problems, cells), row)
    return evaluate(record, cells).then(more => explained(finish(record, [...problems, ...more], cells), row))
  }
}

/**
 * Excel leaves out the commas of empty cells at the end of a row, and writes some too many. A cell with text beyond the last
 * name has shifted the row, and a last row without its line end may be cut off.
 */
function miscount({ cells, isCut }: CsvRow, needs: number): Fault | undefined {
  const has = cells.length
  if (has === needs || (has < needs && !isCut)) return undefined
  if (has > needs && cells.slice(needs).every(cell => cell.trim() === '')) return undefined
  const [en, zh] = isCut && has < needs ? cutOff : shifted
  return {
    en: `has ${has} cells where the first line has ${needs}: ${en}`,
    zh: `该行有 ${has} 个单元格，首行有 ${needs} 个，列数不符：${zh}`,
  }
}

const cutOff = ['the file ends in it, and may be cut off', '文件在该行中断，可能不完整']
const shifted = ['put cells that hold the delimiter in quotes', '含分隔符的单元格请加引号']

const columnOf = ({ pointer }: Problem, { mapping, events }: RowRules) =>
  events.columns[pointer] ?? (pointer === '' ? undefined : mapping.columnAt(pointer))

/** Problems of a row as lines of the report, with the column that each goes back to. */
export const reportLines = (line: number, problems: Problem[], rules: RowRules): ReportLine[] =>
  problems.map(problem => ({ ...problem, line, column: columnOf(problem, rules) }))
