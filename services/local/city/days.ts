/** Days as `2026-11-01` and as whole numbers counted from 1970, without clocks or time zones. */
const millisecondsPerDay = 86_400_000

export const dayNumber = (day: string): number => Date.parse(`${day}T00:00:00Z`) / millisecondsPerDay
export const dayOf = (number: number): string => new Date(number * millisecondsPerDay).toISOString().slice(0, 10)

export const plusDays = (day: string, days: number): string => dayOf(dayNumber(day) + days)

/** The same day so many years later or earlier; 29 February becomes 28 February where the year has none. */
export function plusYears(day: string, years: number): string {
  const year = String(Number(day.slice(0, 4)) + years)
  const isLeap = dayNumber(`${year}-03-01`) - dayNumber(`${year}-02-28`) === 2
  return day.endsWith('02-29') && !isLeap ? `${year}-02-28` : year + day.slice(4)
}

/** Completed years of life. */
export function ageOn(day: string, birthDate: string): number {
  const years = Number(day.slice(0, 4)) - Number(birthDate.slice(0, 4))
  return day.slice(5) < birthDate.slice(5) ? years - 1 : years
}

export const yearOf = (day: string): string => day.slice(0, 4)
export const monthOf = (day: string): string => day.slice(0, 7)

export const monthsBetween = (from: string, until: string): number =>
  (Number(until.slice(0, 4)) - Number(from.slice(0, 4))) * 12 + Number(until.slice(5, 7)) - Number(from.slice(5, 7))
