/** Holds: many consents recorded by one system in an hour, and objections to them, must be seen by the operator. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { Registry } from 'prom-client'
import { registerCounterAlarm } from '../../../../../services/exchange/law/consent/raise-counter-alarm.ts'
import { counterEvidence } from '../../../../support/counter-evidence.ts'
import { marriage, purpose } from '../../../../support/law-cast.ts'
import { agreeOnConsent, type LawRoom, openLawRoom } from '../../../../support/law-room.ts'

const alice = '11010519491231002X'
const office = 'natural-resources/title-office'
let room: LawRoom

beforeAll(async () => {
  room = await openLawRoom()
  await agreeOnConsent(room, ['/number'])
})
afterAll(() => room?.close())

const record = async (n: number, by = office) => {
  const { body } = await room.call('POST', '/v1/consents', by, {
    subject: { type: 'person', id: alice },
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number'] }],
    validUntil: '2026-12-31T00:00:00Z',
    evidence: counterEvidence(4700 + n, room.clock.now),
  })
  return body.id as string
}

test('a system that recorded too many in an hour is named, and so is one whose subject objects; nobody else is', async () => {
  const registry = new Registry()
  registerCounterAlarm({ registry, pool: room.hub.pool, now: () => room.clock.now, limit: 3 })
  for (const n of [1, 2, 3]) await record(n)
  await record(10, 'natural-resources/steward')
  expect(await registry.metrics()).not.toContain('{')
  const last = await record(4)
  expect(await registry.metrics()).toContain(`datarun_counter_consents_over_limit{system="${office}"} 4`)
  await room.call('POST', `/v1/consents/${last}/object`, alice)
  room.clock.now = new Date(room.clock.now.getTime() + 3_600_001)
  const later = await registry.metrics()
  expect(later).not.toContain('datarun_counter_consents_over_limit{')
  expect(later).toContain(`datarun_counter_consents_objected{system="${office}"} 1`)
  expect(later).not.toContain(alice)
})
