/**
 * Holds: what is counted and then added must be counted under a lock: 150 corrections sent at once passed the limit of 50,
 * and requests sent at once each found no other one waiting.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, bob } from '../support/city-department.ts'
import { both, marriage, purpose } from '../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../support/law-room.ts'

const office = 'natural-resources/title-office'
let room: LawRoom

beforeAll(async () => {
  room = await openLawRoom()
})
afterAll(() => room?.close())

const countOf = <T>(list: readonly T[], what: T) => list.filter(one => one === what).length

test('150 corrections sent at once are 50, and the others hear that they must wait', async () => {
  const text = 'My name is written with another character.'
  const wrong = { dataset: marriage.id, key: 'P-1', version: 1, field: '/holder/name', text }
  const sent = Array.from({ length: 150 }, () => room.call('POST', '/v1/me/corrections', alice, wrong))
  const statuses = (await Promise.all(sent)).map(({ status }) => status)
  expect([countOf(statuses, 201), countOf(statuses, 429)]).toEqual([50, 100])
  expect(await room.call('POST', '/v1/me/corrections', bob, wrong)).toMatchObject({ status: 201 })
})

test('of requests for the same consent sent at once one is made', async () => {
  const { body: agreement } = await room.call('POST', '/v1/agreements', office, {
    dataset: marriage.id,
    purpose,
    fields: [{ pointer: '/number', use: 'read' }],
    basis: { type: 'consent' },
    scenario: both('受理转移登记', 'When a transfer is applied for'),
    method: 'service-interface',
    validUntil: '2026-12-31T00:00:00Z',
  })
  await room.call('POST', `/v1/agreements/${agreement.id}/approve`, 'civil-affairs/steward')
  const request = {
    subject: { type: 'person', id: alice },
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number'] }],
    validUntil: '2026-12-31T00:00:00Z',
  }
  const sent = Array.from({ length: 12 }, () => room.call('POST', '/v1/consents', office, request))
  const statuses = (await Promise.all(sent)).map(({ status }) => status)
  expect([countOf(statuses, 201), countOf(statuses, 409)]).toEqual([1, 11])
})
