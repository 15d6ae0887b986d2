/** Every step in every state: what is not in this table is refused. And who is who towards a consent. */
import { describe, expect, test } from '@jest/globals'
import { isFailure } from '../../../../../services/contract/failure.ts'
import { type Actor, actorFor } from '../../../../../services/exchange/law/consent/actor.ts'
import {
  type Consent,
  type ConsentState,
  consentStates,
  usedOnce,
} from '../../../../../services/exchange/law/consent/consent.ts'
import { periodStartOf } from '../../../../../services/exchange/law/consent/frequency.ts'
import {
  isInForce,
  majorityOf,
  type Representation,
} from '../../../../../services/exchange/law/consent/representation.ts'
import {
  type ConsentStepName,
  consentStepRules,
  given,
  stepConsent,
} from '../../../../../services/exchange/law/consent/step.ts'
import { callerOf } from '../../../../support/law-cast.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

const now = new Date('2026-03-02T02:00:00Z')
const day = 86_400_000
const alice = '11010519491231002X'
const bob = '440524188001010014'
const self: Actor = { as: 'subject' }

const allowed: [ConsentStepName, ConsentState, ConsentState][] = [
  ['approve', 'requested', 'active'],
  ['approve', 'lapsed', 'active'],
  ['decline', 'requested', 'declined'],
  ['pause', 'active', 'paused'],
  ['resume', 'paused', 'active'],
  ['withdraw', 'active', 'withdrawn'],
  ['withdraw', 'paused', 'withdrawn'],
  ['withdraw', 'lapsed', 'withdrawn'],
]

/** States that the clock or the counts make are stored as active. */
const stored: Partial<Record<ConsentState, Partial<Consent>>> = {
  expired: { validUntil: now },
  lapsed: { lapsesAt: now },
  'used-up': { uses: 2, used: 2 },
}
const consentIn = (state: ConsentState): Consent => ({
  id: 'C1',
  subject: { type: 'person', id: alice },
  department: 'natural-resources',
  purpose: 'real-estate-transfer',
  state: stored[state] ? 'active' : state,
  validFrom: new Date(now.getTime() - day),
  validUntil: new Date(now.getTime() + day),
  datasets: { 'civil-affairs.permit': ['/number', '/income'] },
  used: 0,
  periodUsed: 0,
  artefact: { purposeText: { zh: '测试', en: 'test' }, language: 'zh', notice: '测试' },
  version: 1,
  history: [],
  createdAt: now,
  updatedAt: now,
  ...stored[state],
})

test('what was recorded at a counter is objected to in whatever state it could be used', () => {
  const atCounter = (state: ConsentState): Consent => {
    const consent = consentIn(state)
    return { ...consent, artefact: { ...consent.artefact, collection: { method: 'counter', recordedBy: 'a/b' } } }
  }
  const taken = consentStates.filter(state => !isFailure(stepConsent(atCounter(state), { name: 'object' }, self, now)))
  expect(taken.toSorted()).toEqual(['active', 'expired', 'lapsed', 'paused', 'used-up'])
})

test('the table is the whole life: 5 steps, 8 states', () => {
  const found = (Object.keys(consentStepRules) as ConsentStepName[]).flatMap(step =>
    consentStates.flatMap(from => {
      const taken = stepConsent(consentIn(from), { name: step }, self, now)
      return isFailure(taken) ? [] : [[step, from, taken.state]]
    }),
  )
  expect(found.map(String).toSorted()).toEqual(allowed.map(String).toSorted())
})

describe('who acts', () => {
  const scene = { subject: { type: 'person', id: alice } as const, department: 'natural-resources' }
  const known = (more: Partial<Representation> = {}): Representation => ({
    id: 'R1',
    kind: 'power-of-attorney',
    subject: scene.subject,
    representative: { type: 'person', id: bob },
    validFrom: new Date(now.getTime() - day),
    validUntil: new Date(now.getTime() + day),
    evidence: 'register/1',
    department: 'natural-resources',
    ...more,
  })
  const office = callerOf('natural-resources/title-office')

  test.each([
    ['the subject', callerOf(alice), [], { as: 'subject' }],
    ['somebody else', callerOf(bob), [], { failure: 'NOT_FOUND' }],
    ['an attorney', callerOf(bob), [known()], { as: 'representative' }],
    ['an attorney whose time is over', callerOf(bob), [known({ validUntil: now })], { failure: 'NOT_FOUND' }],
    ['an attorney who was dismissed', callerOf(bob), [known({ endedAt: now })], { failure: 'NOT_FOUND' }],
    [
      'an attorney not yet appointed',
      callerOf(bob),
      [known({ validFrom: new Date(now.getTime() + 1) })],
      { failure: 'NOT_FOUND' },
    ],
    ['the department without evidence', office, [], { failure: 'EVIDENCE_REQUIRED' }],
    ['another department', callerOf('taxation/steward'), [], { failure: 'NOT_FOUND' }],
    ['an operator', callerOf('operator'), [], { failure: 'NOT_FOUND' }],
  ])('%s', (_who, caller, representations, expected) => {
    expect(actorFor(caller, scene, representations, now)).toMatchObject(expected)
  })

  test('somebody whose id tells no birth date acts alone where the sign-in tells that they are of age', () => {
    const traveller = { type: 'person', id: 'passport:DEU:C01X00T47' } as const
    const own = (birthDate?: string) => {
      const caller = { ...callerOf(alice), subject: traveller, ...(birthDate && { birthDate }) }
      return actorFor(caller, { ...scene, subject: traveller }, [], now)
    }
    expect(own()).toMatchObject({ failure: 'GUARDIAN_REQUIRED' })
    expect(own('2015-01-01')).toMatchObject({ failure: 'GUARDIAN_REQUIRED' })
    expect(own('1990-01-01')).toEqual({ as: 'subject' })
    const evidence = { form: 'F-2026-11', signedOn: '2026-02-27', keptAt: 'archive 3' }
    expect(actorFor(office, { ...scene, subject: traveller, evidence }, [], now)).toMatchObject({ as: 'counter' })
    // The id is believed before the sign-in.
    const child = { type: 'person', id: residentIdBorn('20150101') } as const
    const caller = { ...callerOf(alice), subject: child, birthDate: '1990-01-01' }
    expect(actorFor(caller, { ...scene, subject: child }, [], now)).toMatchObject({ failure: 'GUARDIAN_REQUIRED' })
  })

  test('a guardian of somebody whose id tells no birth date is one until the day that was registered', () => {
    const ward = { type: 'person', id: 'passport:DEU:C01X00T47' } as const
    const majority = new Date(now.getTime() + 300 * day)
    const guardian = known({ kind: 'guardian', subject: ward, validUntil: majority })
    expect(isInForce(guardian, now)).toBe(true)
    expect(isInForce(guardian, majority)).toBe(false)
    const actor = { as: 'representative', representation: guardian } as const
    expect(given({ ...consentIn('requested'), subject: ward }, actor, now).lapsesAt).toEqual(majority)
  })

  test('a guardian is one until the birthday at which the child comes of age', () => {
    const child = residentIdBorn('20080303')
    const guardian = known({ kind: 'guardian', subject: { type: 'person', id: child }, validUntil: undefined })
    const birthday = new Date('2026-03-02T16:00:00Z')
    expect(majorityOf(guardian.subject)).toEqual(birthday)
    expect(isInForce(guardian, new Date(birthday.getTime() - 1))).toBe(true)
    expect(isInForce(guardian, birthday)).toBe(false)
    expect(majorityOf({ type: 'person', id: residentIdBorn('20080229') })).toEqual(new Date('2026-02-28T16:00:00Z'))
  })
})

test('periods of a frequency begin by the city’s calendar', () => {
  const at = new Date('2026-03-01T17:30:00Z')
  expect([
    periodStartOf('hour', at).toISOString(),
    periodStartOf('day', at).toISOString(),
    periodStartOf('week', at).toISOString(),
    periodStartOf('month', at).toISOString(),
    periodStartOf('year', at).toISOString(),
  ]).toEqual([
    '2026-03-01T17:00:00.000Z',
    '2026-03-01T16:00:00.000Z',
    '2026-03-01T16:00:00.000Z',
    '2026-02-28T16:00:00.000Z',
    '2025-12-31T16:00:00.000Z',
  ])
  const sunday = new Date('2026-03-01T04:00:00Z')
  expect(periodStartOf('week', sunday).toISOString()).toBe('2026-02-22T16:00:00.000Z')
})

test('a use counts in its period, and the first of a new period begins at one', () => {
  const limited = { ...consentIn('active'), frequency: { uses: 2, per: 'day' as const } }
  const once = usedOnce(limited, now)
  const twice = usedOnce(once, now)
  const next = usedOnce(twice, new Date(now.getTime() + day))
  expect([once, twice, next].map(({ used, periodUsed }) => [used, periodUsed])).toEqual([
    [1, 1],
    [2, 2],
    [3, 1],
  ])
})
