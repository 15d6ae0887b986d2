import { expect, test } from '@jest/globals'
import { compileDateFormat, millisecondsOf } from '../../../services/adapter/date-format.ts'

test.each([
  ['YYYYMMDD', '20260131', '2026-01-31'],
  ['YYYY-M-D', '2026-1-9', '2026-01-09'],
  ['YYYY年MM月DD日', '2026年01月31日', '2026-01-31'],
  ['DD.MM.YYYY', '29.02.2024', '2024-02-29'],
  ['YYYY/M/D H:mm:ss', '2026/1/31 8:05:09', '2026-01-31T08:05:09+08:00'],
  ['YYYY-MM-DD HH:mm', '2026-01-31 23:59', '2026-01-31T23:59:00+08:00'],
])('%s reads %s', (format, text, date) => {
  expect(compileDateFormat(format)!(text)).toBe(date)
})

test.each([
  ['YYYYMMDD', '20230229'],
  ['YYYYMMDD', '20260431'],
  ['YYYYMMDD', '20261301'],
  ['YYYYMMDD', '00000101'],
  ['YYYYMMDD', '2026-01-31'],
  ['DD.MM.YYYY', '29x02x2024'],
  ['YYYY-MM-DD HH:mm', '2026-01-31 24:00'],
])('%s refuses %s', (format, text) => {
  expect(compileDateFormat(format)!(text)).toBeUndefined()
})

test.each(['YYYYMM', 'MMDD', '', 'YYYYMMDDYYYY', 'YYYYMMDD:mm', 'YYMMDD'])('%j is no format of a date', format => {
  expect(compileDateFormat(format)).toBeUndefined()
})

test('a day is its beginning in UTC+8, in milliseconds', () => {
  expect(millisecondsOf('1970-01-02')).toBe(16 * 3_600_000)
  expect(millisecondsOf('1970-01-01T08:00:01+08:00')).toBe(1_000)
})
