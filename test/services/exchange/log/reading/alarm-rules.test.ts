import { expect, test } from '@jest/globals'
import { createRules, type SeenPull } from '../../../../../services/exchange/log/reading/alarm-rules.ts'
import { thresholds } from '../../../../support/log-server.ts'

let next = 0
/** `time` is the city's, on 2 March 2026 unless it names a day. */
function pull(time: string, more: Partial<SeenPull> = {}): SeenPull {
  const at = new Date(`${time.includes('T') ? time : `2026-03-02T${time}`}:00+08:00`)
  return {
    index: next++,
    at,
    caller: 'taxation/desk',
    department: 'taxation',
    official: 'u-1',
    caseNumber: 'case-1',
    caseSince: at,
    decision: 'permit',
    code: null,
    confidential: false,
    subjects: ['person a'],
    watched: [],
    ...more,
  }
}

function alarms(pulls: SeenPull[]) {
  const rules = createRules(thresholds)
  for (const seen of pulls) rules.see(seen)
  return rules.alarms()
}
const rulesOf = (pulls: SeenPull[]) => alarms(pulls).map(({ rule }) => rule)
const subjects = (count: number, time = '10:05', more: Partial<SeenPull> = {}) =>
  Array.from({ length: count }, (_, i) => pull(time, { subjects: [`person ${i}`], ...more }))

test('ordinary work raises no alarm', () => {
  expect(alarms([...subjects(3), ...subjects(3, '11:00'), pull('21:59'), pull('06:00', { official: 'u-2' })])).toEqual(
    [],
  )
})

test('one official walking many subjects within an hour is an alarm, with its entries and the reason in both languages', () => {
  const pulls = subjects(4)
  expect(alarms(pulls)).toEqual([
    {
      rule: 'many-subjects',
      caller: 'taxation/desk',
      department: 'taxation',
      official: 'u-1',
      from: '2026-03-02T02:05:00.000Z',
      until: '2026-03-02T02:05:00.000Z',
      because: {
        en: '4 different subjects within an hour; 3 are usual.',
        zh: '一小时内查询 4 个不同主体，通常不超过 3 个。',
      },
      count: 4,
      entries: pulls.map(({ index }) => index),
    },
  ])
})

test('the same subject many times, or many subjects by many officials, is no walk', () => {
  expect(rulesOf(Array.from({ length: 9 }, () => pull('10:00')))).toEqual([])
  expect(rulesOf(subjects(9).map((seen, i) => ({ ...seen, official: `u-${i}` })))).toEqual([])
})

test('pulls without a case, or with one long past, are an alarm beyond the number allowed in a day', () => {
  const old = new Date('2025-01-01T00:00:00Z')
  const bare = () => pull('10:00', { caseNumber: null, caseSince: null })
  expect(rulesOf([bare()])).toEqual([])
  expect(rulesOf([bare(), pull('11:00', { caseSince: old })])).toEqual(['no-live-case'])
  expect(rulesOf([bare(), pull('2026-03-03T10:00', { caseNumber: null, caseSince: null })])).toEqual([])
})

test('a person at night is an alarm, a system at night is none; the hours after midnight belong to one night', () => {
  expect(rulesOf([pull('22:00'), pull('2026-03-03T05:59')])).toEqual(['at-night'])
  expect(rulesOf([pull('02:00'), pull('23:00')])).toEqual([])
  expect(rulesOf([pull('22:00', { official: null }), pull('23:00', { official: null })])).toEqual([])
})

test('any pull about someone on a watch list is an alarm that names the list', () => {
  const found = alarms([
    pull('10:00', { watched: ['colleagues'] }),
    pull('10:01', { watched: ['colleagues', 'known'] }),
  ])
  expect(found.map(({ rule, count, because }) => [rule, count, because.en])).toEqual([
    ['watched-subject', 1, '1 pulls about subjects of the list “known”.'],
    ['watched-subject', 2, '2 pulls about subjects of the list “colleagues”.'],
  ])
})

test('refusals in a row are an alarm; a permitted pull in between starts anew', () => {
  const refused = () => pull('10:00', { decision: 'refuse' })
  expect(rulesOf([refused(), refused(), refused()])).toEqual(['refusals-in-row'])
  expect(rulesOf([refused(), refused(), pull('10:00'), refused(), refused()])).toEqual([])
})

test('guessing by claims past the day’s limit is an alarm, once for each official and day', () => {
  const guess = (time: string, more: Partial<SeenPull> = {}) =>
    pull(time, { decision: 'refuse', code: 'CLAIMS_TOO_MANY', ...more })
  const found = alarms([guess('10:00'), pull('10:01'), guess('10:02'), guess('10:03', { official: 'u-2' })])
  expect(found.map(({ rule, official, count }) => [rule, official, count])).toEqual([
    ['guessing', 'u-2', 1],
    ['guessing', 'u-1', 2],
  ])
  expect(found[1]!.because.en).toContain('2 pulls')
  expect(found[1]!.because.zh).toContain('2 次')
})

test('what is kept from its subject is an alarm, as nobody else can ask about it', () => {
  const secret = pull('10:00', { confidential: true })
  expect(alarms([pull('09:00'), secret])).toMatchObject([{ rule: 'kept-from-subject', entries: [secret.index] }])
})
