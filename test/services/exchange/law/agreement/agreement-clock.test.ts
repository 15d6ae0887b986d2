import { expect, test } from '@jest/globals'
import { clockOf } from '../../../../../services/exchange/law/agreement/agreement-clock.ts'
import type { Step } from '../../../../../services/exchange/law/agreement/step-rules.ts'

/** Noon in the city. */
const noon = (day: string) => new Date(`${day}T04:00:00Z`)
const step = (name: Step['step'], day: string, workdays?: number): Step => ({
  step: name,
  at: noon(day).toISOString(),
  by: 'test/steward',
  ...(workdays && { workdays }),
})
const reply = (more: object) => ({ duty: 'reply', overdue: 0, stopped: false, extended: false, ...more })

test('a reply to conditional sharing is due in ten working days, make-up weekends included', () => {
  const history = [step('create', '2026-02-13'), step('submit', '2026-02-13', 10)]
  expect(clockOf('submitted', history, noon('2026-02-13'))).toEqual(reply({ due: '2026-03-05', remaining: 10 }))
  expect(clockOf('submitted', history, noon('2026-02-20'))).toEqual(reply({ due: '2026-03-05', remaining: 9 }))
  expect(clockOf('submitted', history, noon('2026-03-05'))).toEqual(reply({ due: '2026-03-05', remaining: 0 }))
  expect(clockOf('submitted', history, noon('2026-03-09'))).toEqual(
    reply({ due: '2026-03-05', remaining: 0, overdue: 2 }),
  )
})

test('a reply to unconditional sharing is due on the next working day', () => {
  const history = [step('submit', '2025-09-30', 1)]
  expect(clockOf('submitted', history, noon('2025-10-03'))).toEqual(reply({ due: '2025-10-09', remaining: 1 }))
})

test('the day counts as the city counts it, not as UTC does', () => {
  const late = [{ step: 'submit', at: '2026-03-05T17:00:00Z', by: 'test/steward', workdays: 1 }] as Step[]
  expect(clockOf('submitted', late, noon('2026-03-06'))?.due).toBe('2026-03-09')
})

test('the clock stands still while a supplement is awaited, and then goes on where it stood', () => {
  const asked = [step('submit', '2026-03-02', 10), step('supplement', '2026-03-05')]
  const waiting = { duty: 'reply', remaining: 7, overdue: 0, stopped: true, extended: false }
  expect(clockOf('supplement-asked', asked, noon('2026-03-05'))).toEqual(waiting)
  expect(clockOf('supplement-asked', asked, noon('2026-06-30'))).toEqual(waiting)
  const supplied = [...asked, step('submit', '2026-03-20')]
  expect(clockOf('submitted', supplied, noon('2026-03-20'))).toEqual(reply({ due: '2026-03-31', remaining: 7 }))
})

test('the authority adds ten working days, once', () => {
  const history = [
    step('submit', '2026-03-02', 10),
    step('extend', '2026-03-10'),
    step('grant-extension', '2026-03-11'),
  ]
  const clock = clockOf('submitted', history, noon('2026-03-12'))
  expect(clock).toEqual(reply({ due: '2026-03-30', remaining: 12, extended: true }))
})

test('a refused extension changes nothing', () => {
  const history = [
    step('submit', '2026-03-02', 10),
    step('extend', '2026-03-10'),
    step('refuse-extension', '2026-03-11'),
  ]
  expect(clockOf('submitted', history, noon('2026-03-12'))).toEqual(reply({ due: '2026-03-16', remaining: 2 }))
})

test('data is provided within twenty working days after the approval', () => {
  const history = [step('submit', '2026-09-17', 10), step('approve', '2026-09-18')]
  expect(clockOf('approved', history, noon('2026-09-20'))).toEqual({
    duty: 'provide',
    due: '2026-10-22',
    remaining: 19,
    overdue: 0,
    stopped: false,
    extended: false,
  })
})

test.each(['draft', 'rejected', 'active', 'suspended', 'terminated', 'expired'] as const)(
  'no clock runs when %s',
  state => {
    const history = [step('submit', '2026-03-02', 10), step('approve', '2026-03-03')]
    expect(clockOf(state, history, noon('2026-03-12'))).toBeUndefined()
  },
)
