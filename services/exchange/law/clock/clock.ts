/**
 * A legal time limit in working days, as it stands today. The day of the event does not count; a clock that is stopped waits
 * for somebody else.
 */
import Type, { type Static } from 'typebox'
import { cityDayOf } from '../../../contract/city-time.ts'
import { workdayAfter, workdaysUpTo } from './workday.ts'

export const clockSchema = Type.Object(
  {
    duty: Type.Enum(['reply', 'provide', 'review']),
    due: Type.Optional(Type.String({ description: 'Last day, YYYY-MM-DD; absent while the clock stands still' })),
    remaining: Type.Integer({ description: 'Working days left after today; 0 on the last day and later' }),
    overdue: Type.Integer({ description: 'Working days past the last day' }),
    stopped: Type.Boolean({ description: 'A supplement is awaited' }),
    extended: Type.Boolean({ description: 'The authority granted ten more working days' }),
  },
  { additionalProperties: false },
)
export type Clock = Static<typeof clockSchema>

/** Review and publication of a catalogue change (Order 809, Art 17). */
const reviewWorkdays = 2

/** The clock of a review, from when the change was proposed. */
export const reviewClock = (proposedAt: Date, now: Date): Clock =>
  running('review', { since: cityDayOf(proposedAt), workdays: reviewWorkdays }, cityDayOf(now))

/** A clock that runs: `workdays` after the day `since`, which itself does not count. Days are the city's, `YYYY-MM-DD`. */
export function running(
  duty: Clock['duty'],
  { since, workdays, extended = false }: { since: string; workdays: number; extended?: boolean },
  today: string,
): Clock {
  const left = workdays - workdaysUpTo(since, today)
  const due = workdayAfter(since, workdays)
  return { duty, due, remaining: Math.max(left, 0), overdue: Math.max(-left, 0), stopped: false, extended }
}
