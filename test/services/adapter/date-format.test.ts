import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { compileDateFormat, complaintOfDateFormat, millisecondsOf } from '../../../services/adapter/date-format.ts'

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

// Letters that no format knows stood for themselves: a Z or +00 in the format made a time eight hours off.
test.each([
  ['yyyy-MM-dd', 'write YYYY'],
  ['YYYY-MM-DD HH:mm:ss+00', 'Z for an offset'],
  ['YYYY-MM-DD HH24:MI:SS', 'has the digits 24'],
  ['YYYY-MM-DD 下午H:mm', '“下”'],
  ['YYYY-MM-DD hh:mm a', 'write HH'],
  ['YYYY-MM-DD HH:mm:ss CST', '“C”'],
  ["YYYY-MM-DD'T'HH:mm", "“'”"],
  ['YYYYMD', 'several ways'],
  ['YYYY-MM-DD HH:ss', 'no minute'],
  ['MMM DD YYYY', '“MMM”'],
])('the format %s is refused, naming the word and what to write', (format, told) => {
  expect(complaintOfDateFormat(format)).toContain(told)
  expect(compileDateFormat(format)).toBeUndefined()
})

test('a format with any word that is none of its own is refused', () => {
  const known = ['YYYY', 'MM', 'M', 'DD', 'D', 'HH', 'H', 'mm', 'm', 'ss', 's', 'SSS', 'Z', 'T']
  const word = fc.string({ unit: fc.constantFrom(...'abCdEhkKLMmnpSsTUVwXxyYzZ'), minLength: 1, maxLength: 4 })
  fc.assert(
    fc.property(word, text => {
      const runs = text.match(/(.)\1*/g)!
      const complaint = complaintOfDateFormat(`YYYY-MM-DD ${text}`)
      if (runs.some(run => !known.includes(run))) expect(complaint).toBeDefined()
    }),
  )
})

test.each([
  ['YYYY-MM-DDTHH:mm:ssZ', '2024-03-05T16:30:00Z', '2024-03-05T16:30:00Z'],
  ['YYYY-MM-DD HH:mm:ss Z', '2024-03-05 16:30:00 +0800', '2024-03-05T16:30:00+08:00'],
  ['YYYY-MM-DD HH:mm:ss Z', '2024-03-05 16:30:00 Asia/Shanghai', '2024-03-05T16:30:00+08:00'],
  ['YYYY-MM-DD HH:mm:ss Z', '1988-07-15 00:30:00 Asia/Shanghai', undefined],
  ['YYYY-MM-DD HH:mm:ssZ', '2024-03-05 16:30:00+15:00', undefined],
  ['YYYY-MM-DD HH:mm:ss.SSS', '2024-03-05 16:30:00.0', '2024-03-05T16:30:00.0+08:00'],
  ['YYYY-MM-DD HH:mm:ss.SSS', '2024-03-05 16:30:00.123456', '2024-03-05T16:30:00.123456+08:00'],
  ['YYYY-MM-DD 00:00:00.0', '2024-03-05 00:00:00.0', '2024-03-05'],
  ['YYYY/M/D H:m:s', '2024/3/5 9:5:3', '2024-03-05T09:05:03+08:00'],
])('%s reads %s as %s', (format, text, date) => {
  expect(compileDateFormat(format)!(text)).toBe(date)
})

test('of several formats the one that fits is read, and a text that is two dates is none', () => {
  const read = compileDateFormat(['YYYY年M月D日', 'YYYYMMDD', 'D/M/YYYY', 'M/D/YYYY'])!
  expect(['2024年3月5日', '20240305', '31/3/2024', '5/5/2024'].map(read)).toEqual([
    '2024-03-05',
    '2024-03-05',
    '2024-03-31',
    '2024-05-05',
  ])
  expect(read('3/4/2024')).toBeUndefined()
})
