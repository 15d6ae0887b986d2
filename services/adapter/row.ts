/** One row of a department's file on its way to a message: map, compute, validate, make the event. */
import type { JsonObject } from '../contract/canonical-json.ts'
import { likelyDamage } from '../contract/damaged-text.ts'
import type { OutgoingMessage } from '../contract/envelope.ts'
import type { EventDefaults, EventReader } from './event.ts'
import type { Mapping } from './mapping.ts'
import { messageOf, type Publication, violationsOf } from './message.ts'
import type { Problem, ReportLine } from './report.ts'
import type { CsvRow, Fault } from './sources/csv.ts'

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
  const cellAt = ({ cells }: CsvRow, column: string) => cells[header.indexOf(column)]?.trim() ?? ''
  return row => {
    const cells = cellsOf(row, header)
    if ('en' in cells) return [{ pointer: '', keyword: 'row', message: cells.en, zh: cells.zh }]
    const { record, problems } = map(cells)
    const explained = (outcome: OutgoingMessage | Problem[]) =>
      Array.isArray(outcome) ? outcome.map(problem => withLikelyDamage(problem)) : outcome
    const withLikelyDamage = (problem: Problem): Problem => {
      const column = columnOf(problem, { mapping, events })
      const damage = column === undefined || problem.zh ? undefined : likelyDamage(cellAt(row, column))
      return damage ? { ...problem, message: `${problem.message}; ${damage.en}`, zh: damage.zh } : problem
    }
    if (!evaluate) return explained(finish(record, problems, cells))
    return evaluate(record, cells).then(more => explained(finish(record, [...problems, ...more], cells)))
  }
}

/**
 * As many cells as the header has. Excel leaves out the commas of empty cells at the end of a row, and writes some too many;
 * a cell with text beyond the last name has shifted the row, and a last row without its line end may be cut off.
 */
function cellsOf({ cells, fault, isCut }: CsvRow, header: readonly string[]): readonly string[] | Fault {
  if (fault) return fault
  if (cells.length === header.length) return cells
  if (cells.length > header.length && cells.slice(header.length).every(cell => cell.trim() === '')) {
    return cells.slice(0, header.length)
  }
  if (cells.length < header.length && !isCut) return [...cells, ...header.slice(cells.length).map(() => '')]
  const [has, needs] = [cells.length, header.length]
  return {
    en: `has ${has} cells where the first line has ${needs}: ${isCut ? 'the file ends in it, and may be cut off' : 'put cells that hold the delimiter in quotes'}`,
    zh: `该行有 ${has} 个单元格，首行有 ${needs} 个，列数不符：${isCut ? '文件在该行中断，可能不完整' : '含分隔符的单元格请加引号'}`,
  }
}

const columnOf = ({ pointer }: Problem, { mapping, events }: RowRules) =>
  events.columns[pointer] ?? (pointer === '' ? undefined : mapping.columnAt(pointer))

/** Problems of a row as lines of the report, with the column that each goes back to. */
export const reportLines = (line: number, problems: Problem[], rules: RowRules): ReportLine[] =>
  problems.map(problem => ({ ...problem, line, column: columnOf(problem, rules) }))
