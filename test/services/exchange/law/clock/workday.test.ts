import { describe, expect, test } from '@jest/globals'
import { isWorkday, workdayAfter, workdaysUpTo } from '../../../../../services/exchange/law/clock/workday.ts'

/** From the State Council's notices for 2025 and 2026, counted by hand. */
const afterSpringFestivalAndGoldenWeek: [from: string, workdays: number, due: string, why: string][] = [
  ['2025-01-24', 1, '2025-01-26', 'the Sunday before Spring Festival is worked'],
  ['2025-01-24', 3, '2025-02-05', 'eight days of Spring Festival lie between'],
  ['2025-01-24', 6, '2025-02-08', 'the Saturday after it is worked'],
  ['2025-01-24', 10, '2025-02-13', 'ten working days over Spring Festival 2025'],
  ['2025-02-01', 1, '2025-02-05', 'handed in on the fourth day of the festival'],
  ['2025-09-26', 1, '2025-09-28', 'the Sunday before Golden Week is worked'],
  ['2025-09-26', 4, '2025-10-09', 'Golden Week and Mid-Autumn lie between'],
  ['2025-09-26', 6, '2025-10-11', 'the Saturday after it is worked'],
  ['2025-09-26', 10, '2025-10-16', 'ten working days over Golden Week 2025'],
  ['2026-02-13', 1, '2026-02-14', 'the Saturday before Spring Festival is worked'],
  ['2026-02-13', 2, '2026-02-24', 'nine days of Spring Festival lie between'],
  ['2026-02-13', 6, '2026-02-28', 'the Saturday after it is worked'],
  ['2026-02-13', 10, '2026-03-05', 'ten working days over Spring Festival 2026'],
  ['2026-09-18', 1, '2026-09-20', 'the Sunday before Golden Week is worked'],
  ['2026-09-18', 6, '2026-09-28', 'Mid-Autumn takes the Friday'],
  ['2026-09-18', 9, '2026-10-08', 'Golden Week lies between'],
  ['2026-09-18', 11, '2026-10-10', 'the Saturday after it is worked'],
  ['2026-03-06', 1, '2026-03-09', 'an ordinary weekend'],
  ['2026-03-06', 0, '2026-03-06', 'no working days'],
]

test.each(afterSpringFestivalAndGoldenWeek)('%s plus %i working days is %s: %s', (from, count, due) => {
  expect(workdayAfter(from, count)).toBe(due)
})

test.each(afterSpringFestivalAndGoldenWeek)('%s plus %i working days, counted back from %s', (from, count, due) => {
  expect(workdaysUpTo(from, due)).toBe(count)
})

describe('working days', () => {
  test('weekend days worked in exchange count, holidays on weekdays do not', () => {
    const days = ['2025-01-26', '2025-02-08', '2025-09-28', '2025-10-11', '2026-02-14', '2026-02-28', '2026-10-10']
    expect(days.filter(day => !isWorkday(day))).toEqual([])
    const holidays = ['2025-01-28', '2025-10-08', '2026-02-16', '2026-02-23', '2026-10-01', '2026-10-07']
    expect(holidays.filter(isWorkday)).toEqual([])
  })

  test('nothing lies between a day and itself, nor between a later and an earlier one', () => {
    expect(workdaysUpTo('2026-03-05', '2026-03-05')).toBe(0)
    expect(workdaysUpTo('2026-03-06', '2026-03-05')).toBe(0)
  })
})
