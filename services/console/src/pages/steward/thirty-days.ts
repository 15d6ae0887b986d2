export type Day = { day: string; messages: number; permits: number; refusals: number }

const timeZone = 'Asia/Shanghai'
const dayLength = 86_400_000
/** `2026-11-24`, as the hub names a day of the city. */
const cityDay = (at: Date): string => new Intl.DateTimeFormat('sv-SE', { timeZone }).format(at)

/** The last thirty days up to `now`, oldest first; those of which nothing is known are empty. */
export function thirtyDays(known: readonly Day[], now: Date): Day[] {
  const days = new Map(known.map(day => [day.day, day]))
  return Array.from({ length: 30 }, (_, at) => {
    const day = cityDay(new Date(now.getTime() - (29 - at) * dayLength))
    return days.get(day) ?? { day, messages: 0, permits: 0, refusals: 0 }
  })
}
