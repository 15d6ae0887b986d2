/** Instants as PostgreSQL writes them: `2026-11-30 18:00:00.123+00`. */

/** Milliseconds: as far from 1970 as a Date can be (ECMA-262). */
const furthest = 8.64e15

/**
 * Reads whatever a timestamptz column can hold, so that one odd row never stops the reading of others. A moment beyond Date's
 * range (`infinity`, the year 294276) becomes its first or last.
 */
export function readInstant(text: string): Date {
  const isOrdinary = text.charAt(4) === '-' && text >= '1973' && !text.endsWith('BC')
  return isOrdinary ? new Date(text) : new Date(farInstant(text))
}

const shape = /^(\d{4,6})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d)(\.\d+)?([+-]\d\d)(?::(\d\d))?(?::(\d\d))?( BC)?$/

/**
 * Years before 1 (`BC`: the year 1 BC is 0), beyond 9999, or before 1973, when offsets could have seconds (Shanghai's was
 * +08:05:43): Date reads some of these as others, and most not at all.
 */
function farInstant(text: string): number {
  const [, year, month, day, hour, minute, second, fraction = '', ...end] = shape.exec(text) ?? []
  if (year === undefined) return text.startsWith('-') ? -furthest : furthest
  const [offsetHour, offsetMinute = '0', offsetSecond = '0', bc] = end
  const local = new Date(0)
  local.setUTCFullYear(bc ? 1 - Number(year) : Number(year), Number(month) - 1, Number(day))
  local.setUTCHours(Number(hour), Number(minute), Number(second), Math.floor(Number(`0${fraction}`) * 1_000))
  const size = Math.abs(Number(offsetHour)) * 3_600 + Number(offsetMinute) * 60 + Number(offsetSecond)
  const moment = local.getTime() - (offsetHour!.startsWith('-') ? -size : size) * 1_000
  return Number.isNaN(moment) ? (bc ? -furthest : furthest) : moment
}
