/**
 * The clocks of Order 809: a reply to a share request within 1 working day where sharing is unconditional, 10 where it is
 * conditional, 10 more once if the authority approves (Art 21); provision within 20 after the approval (Art 22). The clock of
 * the reply stands still while a supplement is awaited.
 */
import { cityDayOf } from '../../../contract/city-time.ts'
import { type Clock, running } from '../clock/clock.ts'
import { workdaysUpTo } from '../clock/workday.ts'
import type { AgreementState } from './state.ts'
import type { Step } from './step-rules.ts'

export const replyWorkdays = { unconditional: 1, conditional: 10 } as const
const extensionWorkdays = 10
const provisionWorkdays = 20

/** The clock that runs now, if any. */
export function clockOf(state: AgreementState, history: readonly Step[], now: Date): Clock | undefined {
  const today = cityDayOf(now)
  if (state === 'submitted' || state === 'supplement-asked') return replyClock(history, today)
  const approved = history.findLast(({ step }) => step === 'approve')
  const provided = history.some(({ step }) => step === 'provide')
  if (state !== 'approved' || !approved || provided) return undefined
  return running('provide', { since: dayOf(approved), workdays: provisionWorkdays }, today)
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
  if (since) return running('reply', { since, workdays: left, extended }, today)
  return { duty: 'reply', remaining: Math.max(left, 0), overdue: Math.max(-left, 0), stopped: true, extended }
}

const dayOf = ({ at }: Step): string => cityDayOf(new Date(at))
