/** How often: at most n uses per calendar period of the city (hour, day, week from Monday, month, year). */
import { cityOffset, dayLength } from '../../../contract/city-time.ts'

export const periodUnits = ['hour', 'day', 'week', 'month', 'year'] as const
export type PeriodUnit = (typeof periodUnits)[number]

/** The start of the period that `now` falls into. */
export function periodStartOf(per: PeriodUnit, now: Date): Date {
  const local = new Date(now.getTime() + cityOffset)
  const [year, month, date] = [local.getUTCFullYear(), local.getUTCMonth(), local.getUTCDate()]
  const startOf = {
    hour: () => Date.UTC(year, month, date, local.getUTCHours()),
    day: () => Date.UTC(year, month, date),
    week: () => Date.UTC(year, month, date) - ((local.getUTCDay() + 6) % 7) * dayLength,
    month: () => Date.UTC(year, month, 1),
    year: () => Date.UTC(year, 0, 1),
  }
  return new Date(startOf[per]() - cityOffset)
}

/** Uses so far in the period of `now`; none where the last use fell into an earlier one. */
export function frequencyStanding(
  { periodStart, periodUsed }: { periodStart?: Date; periodUsed: number },
  per: PeriodUnit,
  now: Date,
): { start: Date; used: number } {
  const start = periodStartOf(per, now)
  return { start, used: periodStart?.getTime() === start.getTime() ? periodUsed : 0 }
}
