/** Steps in any order: no pull succeeds on a consent that is withdrawn, paused, over, used up, suspended or ended. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import fc from 'fast-check'
import { alice } from '../../../../support/city-department.ts'
import { both, marriage, matter } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'

const office = 'natural-resources/title-office'
const source = 'civil-affairs/steward'
const day = 86_400_000

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom()
})
afterAll(() => room?.close())

type Event =
  | { do: 'pull' }
  | { do: 'pause' | 'resume' | 'withdraw' }
  | { do: 'suspend' | 'release' | 'terminate' }
  | { do: 'wait'; days: number }

const event: fc.Arbitrary<Event> = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Event>({ do: 'pull' }) },
  { weight: 4, arbitrary: fc.constantFrom<Event>({ do: 'pause' }, { do: 'resume' }) },
  { weight: 4, arbitrary: fc.constantFrom<Event>({ do: 'suspend' }, { do: 'release' }) },
  { weight: 1, arbitrary: fc.constantFrom<Event>({ do: 'withdraw' }, { do: 'terminate' }) },
  { weight: 3, arbitrary: fc.constantFrom(0, 1, 5).map<Event>(days => ({ do: 'wait', days })) },
)

/** The rights as one would keep them on a sheet of paper. */
type Sheet = {
  consent: 'active' | 'paused' | 'withdrawn'
  agreement: 'active' | 'suspended' | 'terminated'
  consentEnds: Date
  agreementEnds: Date
  used: number
  usedOn: Map<string, number>
}
const limits = { uses: 3, frequency: { uses: 2, per: 'day' } } as const
const cityDay = (at: Date) => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 10)

function mayPull({ consent, agreement, consentEnds, agreementEnds, used, usedOn }: Sheet, now: Date): boolean {
  const stands = consent === 'active' && agreement === 'active' && now < consentEnds && now < agreementEnds
  return stands && used < limits.uses && (usedOn.get(cityDay(now)) ?? 0) < limits.frequency.uses
}

/** Days until the last instant of each; either may be the first to end. */
type Ends = { consent: number; agreement: number }
const ends: fc.Arbitrary<Ends> = fc.record({
  consent: fc.integer({ min: 1, max: 12 }),
  agreement: fc.integer({ min: 1, max: 12 }),
})

let lives = 0
/** A purpose, an agreement and a consent of its own for every life. */
async function begin(days: Ends) {
  lives += 1
  const purpose = `life-${lives}`
  const { id: _, ...body } = { ...matter, purpose: { code: purpose, title: both('一生', 'A life') } }
  await room.call('PUT', `/v1/matters/${purpose}`, 'operator', body)
  const [now, after] = [room.clock.now, (days: number) => new Date(room.clock.now.getTime() + days * day)]
  const sheet: Sheet = {
    consent: 'active',
    agreement: 'active',
    consentEnds: after(days.consent),
    agreementEnds: after(days.agreement),
    used: 0,
    usedOn: new Map(),
  }
  const asked = await room.call('POST', '/v1/agreements', office, {
    dataset: marriage.id,
    purpose,
    fields: [{ pointer: '/number', use: 'read' }],
    basis: { type: 'consent' },
    scenario: both('受理', 'When it is applied for'),
    method: 'service-interface',
    validFrom: now.toISOString(),
    validUntil: sheet.agreementEnds.toISOString(),
  })
  await room.call('POST', `/v1/agreements/${asked.body.id}/approve`, source)
  const given = await room.call('POST', '/v1/consents', alice, {
    subject: { type: 'person', id: alice },
    department: 'natural-resources',
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number'] }],
    validUntil: sheet.consentEnds.toISOString(),
    ...limits,
  })
  return { purpose, agreement: asked.body.id as string, consent: given.body.id as string, sheet }
}

const afterStep = {
  pause: { consent: 'paused' },
  resume: { consent: 'active' },
  withdraw: { consent: 'withdrawn' },
  suspend: { agreement: 'suspended' },
  release: { agreement: 'active' },
  terminate: { agreement: 'terminated' },
} as const satisfies Record<string, Partial<Sheet>>

test('a pull succeeds exactly when the sheet of paper says so, through any life of its consent and its agreement', async () => {
  const seen = { permitted: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(ends, fc.array(event, { minLength: 8, maxLength: 24 }), async (days, events) => {
      const { purpose, agreement, consent, sheet } = await begin(days)
      const step = (one: Exclude<Event['do'], 'pull' | 'wait'>) => {
        const isConsent = one === 'pause' || one === 'resume' || one === 'withdraw'
        const path = isConsent ? `/v1/consents/${consent}/${one}` : `/v1/agreements/${agreement}/${one}`
        const body = isConsent ? {} : { reason: '核查' }
        return room.call('POST', path.replace('release', 'resume'), isConsent ? alice : source, body)
      }
      for (const one of events) {
        if (one.do === 'wait') room.clock.now = new Date(room.clock.now.getTime() + one.days * day + 3_600_000)
        else if (one.do !== 'pull') {
          if ((await step(one.do)).status === 200) Object.assign(sheet, afterStep[one.do])
        } else {
          const allowed = mayPull(sheet, room.clock.now)
          const ask = {
            dataset: marriage.id,
            subject: { type: 'person', id: alice },
            purpose,
            case: '1',
            official: 'u',
          }
          const { status, text } = await room.call('POST', '/v1/pulls', office, ask)
          expect([status, text]).toEqual([allowed ? 200 : 403, text])
          seen[allowed ? 'permitted' : 'refused'] += 1
          if (!allowed) continue
          sheet.used += 1
          sheet.usedOn.set(cityDay(room.clock.now), (sheet.usedOn.get(cityDay(room.clock.now)) ?? 0) + 1)
        }
      }
    }),
    { numRuns: 120, interruptAfterTimeLimit: 60_000 },
  )
  expect(seen.permitted).toBeGreaterThan(50)
  expect(seen.refused).toBeGreaterThan(50)
})
