/**
 * Dates as departments write them, read strictly: `YYYYMMDD`, `YYYY-M-D`, `YYYY年MM月DD日`, `YYYY-MM-DD HH:mm:ss`. Two letters
 * mean two digits, one letter one or two; everything else must stand as it is. A date that no calendar has is refused.
 */
const tokens: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  ss: '(?<second>\\d{2})',
}

/** Text → `2026-01-31`, or `2026-01-31T08:00:00+08:00` where the format has hours; undefined where it does not fit. */
export type ReadDate = (text: string) => string | undefined

/** China has had one time zone, without summer time, since 1991 (GB/T 7408): what a department writes is UTC+8. */
const offset = '+08:00'

/** Returns undefined where the format lacks year, month or day, or names one twice. */
export function compileDateFormat(format: string): ReadDate | undefined {
  const pattern = format.replaceAll(/YYYY|MM?|DD?|HH?|mm|ss|[$()*+.?[\\\]^{|}/]/g, part => tokens[part] ?? `\\${part}`)
  const names = [...pattern.matchAll(/\?<(\w+)>/g)].map(([, name]) => name)
  const isComplete = ['year', 'month', 'day'].every(name => names.includes(name))
  const isOrdered = !names.includes('minute') || names.includes('hour')
  if (!isComplete || !isOrdered || new Set(names).size < names.length) return undefined
  const matcher = new RegExp(`^${pattern}$`, 'u')
  return remembering(text => {
    const found = matcher.exec(text)?.groups
    return found && writeDate(found)
  })
}

const mostRemembered = 5_000

/** A file has millions of dates but few days: looking one up costs a tenth of reading it anew. */
export function remembering<T>(read: (text: string) => T): (text: string) => T {
  const known = new Map<string, { value: T }>()
  return text => {
    const found = known.get(text)
    if (found) return found.value
    if (known.size >= mostRemembered) known.clear()
    const value = read(text)
    known.set(text, { value })
    return value
  }
}

function writeDate({ year, month, day, hour, minute = '00', second = '00' }: Record<string, string | undefined>) {
  if (!isCalendarDay(Number(year), Number(month), Number(day))) return undefined
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  if (hour === undefined) return date
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  return `${date}T${hour.padStart(2, '0')}:${minute}:${second}${offset}`
}

const shortMonths = [4, 6, 9, 11]
function isCalendarDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || year < 1) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  if (month === 2) return day <= (isLeap ? 29 : 28)
  return day <= (shortMonths.includes(month) ? 30 : 31)
}

/** A written date as milliseconds since 1970: what a sequence is made of. A day counts from its beginning. */
export const millisecondsOf = (date: string) => Date.parse(date.includes('T') ? date : `${date}T00:00:00${offset}`)
