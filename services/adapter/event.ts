/** Which event a row or a record is: what happened, when, and which version of the record it makes. */
import type { JsonObject } from '../contract/canonical-json.ts'
import { isInstant, mostAhead, type RecordChange, readWhole, startOfDateSequences } from '../contract/envelope.ts'
import type { Violation } from '../contract/failure.ts'
import { parsePointer, valuesAt } from '../contract/json-pointer.ts'
import type { EventRules } from './config-schema.ts'
import { compileDateFormat, millisecondsOf, remembering } from './date-format.ts'
import type { Row } from './source-row.ts'

export type EventFacts = { change: RecordChange; sequence: number; time: string }

/**
 * Defaults for a row whose own cells say nothing else. `now` is the clock, in milliseconds: what lies a day ahead of it
 * the hub would reject.
 */
export type EventDefaults = Omit<EventFacts, 'change'> & { now: number }

/**
 * `given` is what the sender says of the record itself, and counts before the rules. Violations have `header:ce_type`,
 * `header:ce_sequence` or `header:ce_time` as their place.
 */
type ReadEvent = (
  row: Row,
  record: JsonObject,
  defaults: EventDefaults,
  given?: Partial<EventFacts>,
) => EventFacts | Violation[]

export type EventReader = {
  /** The columns needed, by the place that a violation names. */
  columns: Readonly<Record<string, string>>
  forHeader: (header: readonly string[]) => ReadEvent
}

type Read<T> = (row: Row, record: JsonObject, defaults: EventDefaults) => T | undefined
type Origin = { column?: string; pointer?: string }

export function compileEventRules({ change = 'issued', sequence, time }: EventRules = {}): EventReader {
  const origins: [string, unknown][] = [
    ['header:ce_type', change],
    ['header:ce_sequence', sequence],
    ['header:ce_time', time],
  ]
  const columns = origins.flatMap(([place, rule]) => {
    const column = typeof rule === 'object' ? (rule as Origin).column : undefined
    return column === undefined ? [] : [[place, column]]
  })
  return {
    columns: Object.fromEntries(columns),
    forHeader: header =>
      readEvent(changeReader(change, header), sequenceReader(sequence, header), timeReader(time, header)),
  }
}

function readEvent(readChange: Read<RecordChange>, readSequence: Read<number>, readTime: Read<string>): ReadEvent {
  return (row, record, defaults, given) => {
    const change = given?.change ?? readChange(row, record, defaults)
    if (change === undefined) return [bad('ce_type', 'is not in the code table')]
    const sequence = given?.sequence ?? readSequence(row, record, defaults)
    if (sequence === undefined) return [bad('ce_sequence', 'is not a whole number below 2^53, or a date as configured')]
    const time = given?.time ?? readTime(row, record, defaults)
    if (time === undefined) return [bad('ce_time', 'is not a date as configured')]
    return Date.parse(time) <= defaults.now + mostAhead ? { change, sequence, time } : [ahead]
  }
}

const bad = (name: string, message: string): Violation => ({ pointer: `header:${name}`, keyword: 'event', message })

const ahead = bad(
  'ce_time',
  'lies more than a day ahead of this machine’s clock, which the hub would reject: it says when the change happened, not from when on it counts',
)

function changeReader(rule: NonNullable<EventRules['change']>, header: readonly string[]): Read<RecordChange> {
  if (typeof rule === 'string') return () => rule
  const read = textReader(rule, header)
  const codes = new Map(Object.entries(rule.codes))
  return (row, record) => codes.get(read(row, record))
}

function sequenceReader(rule: EventRules['sequence'], header: readonly string[]): Read<number> {
  if (typeof rule !== 'object') return (_row, _record, defaults) => defaults.sequence
  const read = textReader(rule, header)
  const readDate = rule.date === undefined ? undefined : compileDateFormat(rule.date)!
  if (!readDate) return (row, record) => readWhole(read(row, record))
  const readMoment = remembering(text => {
    const date = readDate(text)
    const milliseconds = date === undefined ? -1 : millisecondsOf(date) - startOfDateSequences
    return milliseconds >= 0 ? milliseconds : undefined
  })
  return (row, record) => readMoment(read(row, record))
}

function timeReader(rule: EventRules['time'], header: readonly string[]): Read<string> {
  if (!rule) return (_row, _record, defaults) => defaults.time
  const read = textReader(rule, header)
  const readDate = compileDateFormat(rule.date)!
  const readInstant = remembering(text => {
    const date = readDate(text)
    return date === undefined || isInstant(date) ? date : new Date(millisecondsOf(date)).toISOString()
  })
  return (row, record) => readInstant(read(row, record))
}

function textReader({ column, pointer }: Origin, header: readonly string[]): (row: Row, record: JsonObject) => string {
  if (column !== undefined) {
    const index = header.indexOf(column)
    return row => row[index]?.trim() ?? ''
  }
  const tokens = parsePointer(pointer!)!
  return (_, record) => {
    const [value] = valuesAt(record, tokens)
    return typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  }
}
