/**
 * Working days of mainland China: weekends and holidays are none, the weekend days worked in exchange are. The State Council
 * publishes each year's days in the November before; `chinese-days` carries them, so it is kept up to date. For years it
 * does not know yet only weekends count.
 */
import chineseDays from 'chinese-days'

/** `day` is a date of the city, `YYYY-MM-DD`. */
export const isWorkday = (day: string): boolean => chineseDays.isWorkday(day)

const dayLength = 86_400_000
const dayAfter = (day: string): string =>
  new Date(Date.parse(`${day}T00:00:00Z`) + dayLength).toISOString().slice(0, 10)

/** The `count`-th working day after `day`, which itself does not count; `day` where count is 0 or less. */
export function workdayAfter(day: string, count: number): string {
  let [reached, left] = [day, count]
  while (left > 0) {
    reached = dayAfter(reached)
    if (isWorkday(reached)) left -= 1
  }
  return reached
}

/** How many working days lie after `from`, up to and with `to`. */
export function workdaysUpTo(from: string, to: string): number {
  let count = 0
  for (let day = dayAfter(from); day <= to; day = dayAfter(day)) if (isWorkday(day)) count += 1
  return count
}
