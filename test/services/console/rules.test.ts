/** The rules that the console's pages show. */
import { expect, test } from '@jest/globals'
import { subjectsIn } from '../../../services/console/src/pages/auditor/subjects.ts'
import { thirtyDays } from '../../../services/console/src/pages/steward/thirty-days.ts'
import { lineDifference, nearChanges } from '../../../services/console/src/parts/line-difference.ts'
import { alice } from '../../support/city-department.ts'

test('of two texts only what changed is shown, with three lines around it', () => {
  const before = Array.from({ length: 20 }, (_, at) => `line ${at}`)
  const after = before.toSpliced(10, 1, 'another line')
  const shown = nearChanges(lineDifference(before.join('\n'), after.join('\n')))
  expect(shown.filter(({ kind }) => kind !== 'same')).toEqual([
    { kind: 'gap', lines: 7 },
    { kind: 'removed', text: 'line 10' },
    { kind: 'added', text: 'another line' },
    { kind: 'gap', lines: 6 },
  ])
  expect(shown.filter(({ kind }) => kind === 'same')).toHaveLength(6)
})

test('a credit code of digits alone is no person', () => {
  expect(subjectsIn(`${alice},\n913100006073633987`)).toEqual([
    { type: 'person', id: alice },
    { type: 'organisation', id: '913100006073633987' },
  ])
})

test('thirty days of the city end with its today, and days without figures are empty', () => {
  const known = { day: '2026-03-01', messages: 4, permits: 3, refusals: 0 }
  const days = thirtyDays([known], new Date('2026-03-02T17:00:00Z'))
  expect([days[0]!.day, days.at(-1)!.day, days.length]).toEqual(['2026-02-02', '2026-03-03', 30])
  expect(days.find(({ messages }) => messages > 0)).toEqual(known)
})
