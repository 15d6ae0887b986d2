/** The city's calendar: all of China keeps UTC+8 (Asia/Shanghai), without summer time since 1991. */
export const cityOffset = 8 * 3_600_000

/** Milliseconds: every day of the city has as many. */
export const dayLength = 86_400_000

/** The date on the city's calendars at this instant, `YYYY-MM-DD`. */
export const cityDayOf = (instant: Date): string => new Date(instant.getTime() + cityOffset).toISOString().slice(0, 10)

/** The first instant of a date of the city. */
export const startOfCityDay = (day: string): Date => new Date(Date.parse(`${day}T00:00:00Z`) - cityOffset)

/** The instant of a date and time on the city's clocks, `YYYY-MM-DDThh:mm` as a form has it. */
export const cityInstant = (local: string): Date => new Date(Date.parse(`${local}Z`) - cityOffset)
