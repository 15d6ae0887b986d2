import { expect, test } from '@jest/globals'
import { compileEventRules, type EventFacts } from '../../../services/adapter/event.ts'

const read = compileEventRules({ sequence: { column: '更新日期', date: 'YYYY-MM-DD' } }).forHeader(['更新日期'])
const now = Date.parse('2026-01-01T00:00:00Z')
const defaults = { sequence: 0, time: '2026-01-01T00:00:00Z', now }
const sequenceOf = (date: string) => (read([date], {}, defaults) as EventFacts).sequence

test('a change from before 1970 has a sequence too, and a later change a higher one', () => {
  const sequences = ['1901-02-03', '1958-03-07', '1970-01-01', '2026-11-01'].map(sequenceOf)
  expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
  expect(sequences.every(sequence => Number.isSafeInteger(sequence) && sequence >= 0)).toBe(true)
  expect(new Set(sequences).size).toBe(4)
})

test('what is no date makes no sequence, and the place is named', () => {
  expect(read(['yesterday'], {}, defaults)).toEqual([expect.objectContaining({ pointer: 'header:ce_sequence' })])
})

// The hub sets such an event aside, which its steward is told, and nobody at the file.
test('a time that lies more than a day ahead is refused before it is sent, whatever says it', () => {
  const byColumn = compileEventRules({ time: { column: '时间', date: 'YYYY-MM-DD HH:mm' } }).forHeader(['时间'])
  expect(byColumn(['2026-01-02 08:00'], {}, defaults)).toMatchObject({ time: '2026-01-02T08:00:00+08:00' })
  const ahead = [
    expect.objectContaining({ pointer: 'header:ce_time', message: expect.stringContaining('a day ahead') }),
  ]
  expect(byColumn(['2026-01-02 08:01'], {}, defaults)).toEqual(ahead)
  expect(byColumn(['9999-12-31 00:00'], {}, defaults)).toEqual(ahead)
  expect(read(['2026-01-01'], {}, { ...defaults, time: '2026-01-02T00:00:01Z' })).toEqual(ahead)
  expect(read(['2026-01-01'], {}, defaults, { time: '2027-01-01T00:00:00Z' })).toEqual(ahead)
})
