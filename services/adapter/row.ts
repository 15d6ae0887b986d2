/** One row of a department's file on its way to a message: map, compute, validate, make the event. */
import type { JsonObject } from '../contract/canonical-json.ts'
import type { OutgoingMessage } from '../contract/envelope.ts'
import { type Failure, failure, type Violation } from '../contract/failure.ts'
import type { EventDefaults, EventReader } from './event.ts'
import type { Mapping } from './mapping.ts'
import { messageOf, type Publication, violationsOf } from './message.ts'
import type { ReportLine } from './report.ts'
import type { CsvRow } from './sources/csv.ts'

export type RowRules = { mapping: Mapping; events: EventReader }

export type ReadRow = (row: CsvRow) => OutgoingMessage | Violation[] | Promise<OutgoingMessage | Violation[]>

/** Failure SOURCE_INVALID where the file has not the columns that the config names. */
export function rowReader(
  header: readonly string[],
  { mapping, events }: RowRules,
  publication: Publication,
  defaults: EventDefaults,
): ReadRow | Failure {
  const wrong = wrongColumns(header, [...mapping.columns, ...Object.values(events.columns)])
  if (wrong) return wrong
  const { map, evaluate } = mapping.forHeader(header)
  const readEvent = events.forHeader(header)
  const finish = (record: JsonObject, problems: Violation[], cells: readonly string[]) => {
    if (problems.length > 0 || publication.schema.validate(record)) return violationsOf(publication, record, problems)
    const facts = readEvent(cells, record, defaults)
    return Array.isArray(facts) ? facts : messageOf(publication, record, facts)
  }
  return row => {
    const fault = row.fault ?? miscounted(row.cells, header)
    if (fault !== undefined) return [{ pointer: '', keyword: 'row', message: fault }]
    const { cells } = row
    const { record, problems } = map(cells)
    if (!evaluate) return finish(record, problems, cells)
    return evaluate(record, cells).then(more => finish(record, [...problems, ...more], cells))
  }
}

const miscounted = (cells: readonly string[], header: readonly string[]) =>
  cells.length === header.length ? undefined : `has ${cells.length} cells where the first line has ${header.length}`

/** What was found is not told: in a file without a line of column names it would be somebody's data. */
function wrongColumns(header: readonly string[], needed: string[]): Failure | undefined {
  const missing = [...new Set(needed)].filter(name => !header.includes(name))
  const double = [...new Set(needed)].filter(name => header.indexOf(name) !== header.lastIndexOf(name))
  if (missing.length > 0) {
    const detail = `line 1 has no column ${missing.join(', ')}; the first line must name the columns, and "encoding" and "delimiter" must be the file’s`
    return failure('SOURCE_INVALID', { detail })
  }
  if (double.length > 0)
    return failure('SOURCE_INVALID', { detail: `line 1 has more than one column ${double.join(', ')}` })
  return undefined
}

/** Violations of a row as lines of the report, with the column that each goes back to. */
export function reportLines(line: number, violations: Violation[], { mapping, events }: RowRules): ReportLine[] {
  return violations.map(violation => {
    const column =
      events.columns[violation.pointer] ?? (violation.pointer === '' ? undefined : mapping.columnAt(violation.pointer))
    return { ...violation, line, column }
  })
}
