import { expect, test } from '@jest/globals'
import { compileEventRules, type EventFacts } from '../../../services/adapter/event.ts'

const read = compileEventRules({ sequence: { column: '更新日期', date: 'YYYY-MM-DD' } }).forHeader(['更新日期'])
const sequenceOf = (date: string) =>
  (read([date], {}, { sequence: 0, time: '2026-01-01T00:00:00Z' }) as EventFacts).sequence

test('a change from before 1970 has a sequence too, and a later change a higher one', () => {
  const sequences = ['1901-02-03', '1958-03-07', '1970-01-01', '2026-11-01'].map(sequenceOf)
  expect(sequences).toEqual(sequences.toSorted((one, other) => one - other))
  expect(sequences.every(sequence => Number.isSafeInteger(sequence) && sequence >= 0)).toBe(true)
  expect(new Set(sequences).size).toBe(4)
})

test('what is no date makes no sequence, and the place is named', () => {
  expect(read(['yesterday'], {}, { sequence: 0, time: '2026-01-01T00:00:00Z' })).toEqual([
    expect.objectContaining({ pointer: 'header:ce_sequence' }),
  ])
})
