/**
 * Dates as departments write them, read strictly: `YYYYMMDD`, `YYYY-M-D`, `YYYY年MM月DD日`, `YYYY-MM-DD HH:mm:ss.SSS`. Two
 * letters mean two digits, one letter one or two; punctuation, blanks and the words between (年月日时分秒) stand as they are.
 * A date that no calendar has is refused.
 */
import { isDate } from '../contract/formats/calendar.ts'

const tokens: Record<string, string> = {
  YYYY: '(?<year>\\d{4})',
  MM: '(?<month>\\d{2})',
  M: '(?<month>\\d{1,2})',
  DD: '(?<day>\\d{2})',
  D: '(?<day>\\d{1,2})',
  HH: '(?<hour>\\d{2})',
  H: '(?<hour>\\d{1,2})',
  mm: '(?<minute>\\d{2})',
  m: '(?<minute>\\d{1,2})',
  ss: '(?<second>\\d{2})',
  s: '(?<second>\\d{1,2})',
  SSS: '(?<fraction>\\d{1,9})',
  Z: '(?<offset>Z|UTC|GMT|[+\\-]\\d{2}(?::?\\d{2})?|Asia/Shanghai)',
}
const known = Object.keys(tokens).join(' ')

/** Letters of other programs, and ours for the same. */
const otherwise: Record<string, string> = {
  ...{
    yyyy: 'YYYY',
    yy: 'YYYY',
    dd: 'DD',
    d: 'D',
    hh: 'HH',
    h: 'H',
    MI: 'mm',
    mi: 'mm',
    SS: 'ss',
    S: 'SSS',
    FF: 'SSS',
  },
  ...{ '+': 'Z for an offset such as +08:00', SSSSSS: 'SSS', z: 'Z', X: 'Z', XX: 'Z', XXX: 'Z', TZ: 'Z' },
}

/** Text → `2026-01-31`, or `2026-01-31T08:00:00+08:00` where the format has hours; undefined where it does not fit. */
export type ReadDate = (text: string) => string | undefined

/** China has had one time zone, without summer time, since 1991 (GB/T 7408): what a department writes without one is UTC+8. */
const offset = '+08:00'

/** A text that several of the formats read as different dates is none of them. Undefined where a format is not usable. */
export function compileDateFormat(format: string | readonly string[]): ReadDate | undefined {
  if (complaintOfDateFormat(format) !== undefined) return undefined
  const [first, ...others] = (typeof format === 'string' ? [format] : format).map(compileOne)
  if (others.length === 0) return remembering(first!)
  return remembering(text => {
    const dates = new Set([first!, ...others].map(read => read(text)).filter(date => date !== undefined))
    return dates.size === 1 ? [...dates][0] : undefined
  })
}

/** The fault of the format and what to write instead; undefined where there is none. */
export function complaintOfDateFormat(format: string | readonly string[]): string | undefined {
  for (const one of typeof format === 'string' ? [format] : format) {
    const parts = partsOf(one)
    const complaint = wordComplaint(parts) ?? orderComplaint(parts)
    if (complaint) return typeof format === 'string' ? complaint : `${one}: ${complaint}`
  }
  return undefined
}

/** Runs of one letter, runs of digits with what joins them to a clock, and single characters. */
const partsOf = (format: string) => format.match(/([A-Za-z])\1*|\d+([:.]\d+)*|[^A-Za-z\d]/gu) ?? []
const clockOfZeros = /^0{1,2}:00(:00(\.0+)?)?$/
const plain = /^[\s\p{P}年月日号时点分秒T]$/u

function wordComplaint(parts: readonly string[]): string | undefined {
  const hasHour = parts.some(part => part === 'HH' || part === 'H')
  for (const part of parts) {
    if (Object.hasOwn(tokens, part)) continue
    if (/^\d/.test(part)) {
      if (clockOfZeros.test(part) && !hasHour) continue
      return `has the digits ${part}: write HH:mm:ss for a clock, SSS for a fraction, Z for an offset such as +08:00`
    }
    const instead = otherwise[part] ? `: write ${otherwise[part]}` : ''
    if (!plain.test(part) || /['"‘’“”`]/.test(part)) return `does not know “${part}”${instead}; known: ${known}`
  }
  return undefined
}

const needed: Record<string, string> = { minute: 'hour', second: 'minute', fraction: 'second', offset: 'hour' }
const varies = ['M', 'D', 'H', 'm', 's', 'SSS']

function orderComplaint(parts: readonly string[]): string | undefined {
  const names = parts.flatMap(part => (Object.hasOwn(tokens, part) ? [nameOf(part)] : []))
  const isComplete = ['year', 'month', 'day'].every(name => names.includes(name))
  if (!isComplete || new Set(names).size < names.length) {
    return 'must name year, month and day once each, as in YYYY-MM-DD'
  }
  const lacking = names.find(name => needed[name] && !names.includes(needed[name]))
  if (lacking) return `has a ${lacking}, but no ${needed[lacking]}`
  const joined = parts.find((part, at) => varies.includes(part) && varies.includes(parts[at + 1] ?? ''))
  return joined && `can be read in several ways, for ${joined} and ${parts[parts.indexOf(joined) + 1]} touch each other`
}

const nameOf = (token: string) => /\?<(\w+)>/.exec(tokens[token]!)![1]!

function compileOne(format: string): ReadDate {
  const pattern = partsOf(format).map(part => tokens[part] ?? part.replaceAll(/[$()*+.?[\\\]^{|}/]/g, '\\$&'))
  const matcher = new RegExp(`^${pattern.join('')}$`, 'u')
  return text => {
    const found = matcher.exec(text)?.groups
    return found && writeDate(found)
  }
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

function writeDate(found: Record<string, string | undefined>) {
  const { year, month, day, hour, minute = '00', second = '00', fraction } = found
  const date = `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`
  if (!isDate(date) || year === '0000') return undefined
  if (hour === undefined) return date
  if (Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) return undefined
  const zone = writeOffset(found.offset, Number(year))
  const clock = [hour, minute, second].map(part => part.padStart(2, '0')).join(':')
  return zone && `${date}T${clock}${fraction ? `.${fraction}` : ''}${zone}`
}

/** Shanghai’s clock had summer time until 1991, so that before its name alone does not say the offset. */
function writeOffset(text: string | undefined, year: number): string | undefined {
  if (text === undefined) return offset
  if (text === 'Z' || text === 'UTC' || text === 'GMT') return 'Z'
  if (text === 'Asia/Shanghai') return year > 1991 ? offset : undefined
  const [hours, minutes] = [text.slice(1, 3), text.slice(3).replace(':', '') || '00']
  return Number(hours) <= 14 && Number(minutes) <= 59 ? `${text[0]}${hours}:${minutes}` : undefined
}

/** A written date as milliseconds since 1970: what a sequence is made of. A day counts from its beginning. */
export const millisecondsOf = (date: string) => Date.parse(date.includes('T') ? date : `${date}T00:00:00${offset}`)
