/**
 * The clocks of Order 809: a reply to a share request within 1 working day where sharing is unconditional, 10 where it is
 * conditional, 10 more once if the authority approves (Art 21); provision within 20 after the approval (Art 22). The day of
 * the event does not count, and the clock of the reply stands still while a supplement is awaited.
 */
import { cityDayOf } from '../../contract/city-time.ts'
import type { AgreementState } from './agreement.ts'
import type { Step } from './step.ts'
import { workdayAfter, workdaysUpTo } from './workday.ts'

export const replyWorkdays = { unconditional: 1, conditional: 10 } as const
const extensionWorkdays = 10
const provisionWorkdays = 20
/** Review and publication of a catalogue change (Art 17). */
const reviewWorkdays = 2

export type Clock = {
  duty: 'reply' | 'provide' | 'review'
  /** The last day, `YYYY-MM-DD`; absent while the clock stands still. */
  due?: string
  /** Working days left after today; 0 on the last day and later. */
  remaining: number
  /** Working days past the last one. */
  overdue: number
  stopped: boolean
  extended: boolean
}

/** The clock that runs now, if any. */
export function clockOf(state: AgreementState, history: readonly Step[], now: Date): Clock | undefined {
  const today = cityDayOf(now)
  if (state === 'submitted' || state === 'supplement-asked') return replyClock(history, today)
  const approved = history.findLast(({ step }) => step === 'approve')
  const provided = history.some(({ step }) => step === 'provide')
  if (state !== 'approved' || !approved || provided) return undefined
  return running('provide', dayOf(approved), provisionWorkdays, today, false)
}

function replyClock(history: readonly Step[], today: string): Clock {
  let [left, since] = [0, '']
  let extended = false
  for (const step of history) {
    const day = dayOf(step)
    if (step.step === 'submit') {
      if (step.workdays) left = step.workdays
      since = day
    } else if (step.step === 'supplement') {
      left -= workdaysUpTo(since, day)
      since = ''
    } else if (step.step === 'grant-extension') {
      left += extensionWorkdays
      extended = true
    }
  }
  if (since) return running('reply', since, left, today, extended)
  return { duty: 'reply', remaining: Math.max(left, 0), overdue: Math.max(-left, 0), stopped: true, extended }
}

/** The clock of a review, from when the change was proposed. */
export const reviewClock = (proposedAt: Date, now: Date): Clock =>
  running('review', cityDayOf(proposedAt), reviewWorkdays, cityDayOf(now), false)

function running(duty: Clock['duty'], since: string, workdays: number, today: string, extended: boolean): Clock {
  const left = workdays - workdaysUpTo(since, today)
  const due = workdayAfter(since, workdays)
  return { duty, due, remaining: Math.max(left, 0), overdue: Math.max(-left, 0), stopped: false, extended }
}

const dayOf = ({ at }: Step): string => cityDayOf(new Date(at))
