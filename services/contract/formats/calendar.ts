/**
 * Dates and times as RFC 3339 writes them. The day exists, date and time are joined by `T`,
 * an offset has its colon and minutes, a leap second stands only at 23:59:60 UTC, beside a date at the end of a month.
 */
const timeShape = /^(\d{2}):(\d{2}):(\d{2})(?:\.\d+)?(?:Z|([+-])(\d{2}):(\d{2}))$/i
const monthLengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

const isLeapYear = (year: number) => year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)

/** Days of a month of the Gregorian calendar; 0 where there is no such month. `month` counts from 1. */
const daysIn = (year: number, month: number) => (month === 2 && isLeapYear(year) ? 29 : (monthLengths[month - 1] ?? 0))

/**
 * `full-date`: `2024-02-29` yes, `2023-02-29` no. No year 0, which RFC 3339 can write: no calendar of an office has one,
 * PostgreSQL refuses it, and where it stands it stands for a date that nobody knew (`0000-00-00`). By hand, for records are full of dates:
 * an expression costs six times as much.
 */
export function isDate(text: string): boolean {
  if (text.length !== 10 || text.charAt(4) !== '-' || text.charAt(7) !== '-') return false
  const year = wholeIn(text, 0, 4)
  const month = wholeIn(text, 5, 7)
  const day = wholeIn(text, 8, 10)
  return year >= 1 && month >= 0 && day >= 1 && day <= daysIn(year, month)
}

/** The digits from `start` to before `end` as a number; -1 where one is no digit. */
function wholeIn(text: string, start: number, end: number): number {
  let number = 0
  for (let at = start; at < end; at++) {
    const digit = text.charCodeAt(at) - 48
    if (digit < 0 || digit > 9) return -1
    number = number * 10 + digit
  }
  return number
}

/** `full-time`, with its offset: `09:30:00+08:00`, `01:30:00Z`. */
export function isTime(text: string): boolean {
  const [, hour, minute, second, sign, offsetHour = '0', offsetMinute = '0'] = timeShape.exec(text) ?? []
  if (hour === undefined || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return false
  if (Number(offsetHour) > 23 || Number(offsetMinute) > 59) return false
  if (Number(second) < 60) return true
  const offset = (Number(offsetHour) * 60 + Number(offsetMinute)) * (sign === '-' ? -1 : 1)
  const minuteOfDay = Number(hour) * 60 + Number(minute) - offset
  return (minuteOfDay + 1440) % 1440 === 1439
}

/** `date-time`: `2026-03-05T09:30:00+08:00`. */
export function isDateTime(text: string): boolean {
  if (!/^t$/i.test(text.charAt(10)) || !isDate(text.slice(0, 10)) || !isTime(text.slice(11))) return false
  return text.slice(17, 19) !== '60' || endsMonth(text)
}

/** RFC 3339, section 5.7: a leap second is inserted at the end of a month, by UTC. */
function endsMonth(leapSecond: string): boolean {
  const secondBefore = Date.parse(`${leapSecond.slice(0, 17)}59${leapSecond.slice(19)}`.toUpperCase())
  return new Date(secondBefore + 1_000).getUTCDate() === 1
}

/**
 * `duration` by the grammar of RFC 3339, appendix A: `P1Y6M`, `P2W`, `PT36H`. Units follow one another without a gap, and no
 * number has a fraction: Java's `PT0.5S` is none of them.
 */
export const isDuration = (text: string): boolean => durationShape.test(text)

const durationTime = 'T(?:\\d+H(?:\\d+M(?:\\d+S)?)?|\\d+M(?:\\d+S)?|\\d+S)'
const durationDate = '(?:\\d+Y(?:\\d+M(?:\\d+D)?)?|\\d+M(?:\\d+D)?|\\d+D)'
const durationShape = new RegExp(`^P(?:\\d+W|${durationDate}(?:${durationTime})?|${durationTime})$`)
