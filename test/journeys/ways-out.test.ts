/** From no right at all to an answered pull: each refusal says the next step, and taking it leads on. Told in one story. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { storeVersions } from '../../services/exchange/records/registry/record-store.ts'
import { inTransaction } from '../../services/postgres/transaction.ts'
import { alice } from '../support/city-department.ts'
import { both, marriage, purpose } from '../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../support/law-room.ts'

const office = 'natural-resources/title-office'
const requester = 'natural-resources/steward'
const source = 'civil-affairs/steward'
const subject = { type: 'person' as const, id: alice }

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom()
  const record = {
    dataset: marriage.id,
    key: 'P-1',
    sequence: 1,
    status: 'valid' as const,
    schemaVersion: 1,
    validFrom: undefined,
    validUntil: undefined,
    eventId: '1',
    system: 'civil-affairs/registry',
    eventTime: '2026-03-01T00:00:00Z',
    body: JSON.stringify({ number: 'P-1', holder: { id: alice, name: '张三' }, income: 100 }),
    subjects: [subject],
  }
  await inTransaction(room.hub.pool, tx => storeVersions(tx, marriage.id, [record]))
})
afterAll(() => room?.close())

type Said = { code: string; wayOut: { en: string; zh: string } }
const pull = async (more: object = { case: '2026-1', official: 'u-1' }) =>
  (await room.call('POST', '/v1/pulls', office, { dataset: marriage.id, subject, purpose, ...more })).body
const refusal = async (more?: object): Promise<[code: string, wayOut: string]> => {
  const { code, wayOut } = (await pull(more)) as Said
  expect(wayOut.zh).toMatch(/\p{Script=Han}/u)
  return [code, wayOut.en]
}
const post = async (path: string, who: string, body?: object) => {
  const answer = await room.call('POST', path, who, body)
  if (answer.status >= 400) throw new Error(`${path}: ${answer.text}`)
  return answer.body
}
const work = async (who: string) => {
  const { items } = (await room.call('GET', '/v1/worklist', who)).body
  return items.map(({ task, agreement }: { task: string; agreement: string }) => [task, agreement])
}

test('each refusal says the next step, and the steps lead from nothing to an answered pull and back', async () => {
  expect(await refusal()).toEqual(['AGREEMENT_MISSING', expect.stringContaining('POST /v1/agreements')])
  const request = await post('/v1/agreements', office, {
    dataset: marriage.id,
    purpose,
    fields: ['/number', '/holder/name', '/income'].map(pointer => ({ pointer, use: 'read' })),
    basis: { type: 'consent' },
    scenario: both('受理转移登记', 'When a transfer is applied for'),
    method: 'service-interface',
    validUntil: '2026-12-31T00:00:00Z',
  })

  expect(await refusal()).toEqual(['AGREEMENT_PENDING', expect.stringContaining('GET /v1/agreements')])
  expect(await work(source)).toEqual([['reply', request.id]])
  await post(`/v1/agreements/${request.id}/supplement`, source, { missing: ['使用场景'] })
  expect([await work(source), await work(requester)]).toEqual([[], [['supplement', request.id]]])
  await post(`/v1/agreements/${request.id}/submit`, requester, { scenario: both('补充', 'Supplied') })
  await post(`/v1/agreements/${request.id}/approve`, source)
  expect([await work(source), await work(requester)]).toEqual([[], []])

  expect(await refusal({ official: 'u-1' })).toEqual(['CASE_REQUIRED', expect.stringContaining('`case`')])
  expect(await refusal({ case: '2026-1' })).toEqual(['OFFICIAL_REQUIRED', expect.stringContaining('`official`')])
  expect(await refusal()).toEqual(['CONSENT_MISSING', expect.stringContaining('POST /v1/consents')])
  const asked = await post('/v1/consents', office, {
    subject,
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number', '/holder/name', '/income'] }],
    validUntil: '2026-06-30T00:00:00Z',
  })

  expect(await refusal()).toEqual(['CONSENT_REQUESTED', expect.stringContaining('/v1/me/consents')])
  const [shown] = (await room.call('GET', '/v1/me/consents', alice)).body.items
  expect(shown).toMatchObject({ id: asked.id, state: 'requested', notice: expect.stringMatching(/\p{Script=Han}/u) })
  const less = { datasets: [{ dataset: marriage.id, fields: ['/number', '/holder/name'] }] }
  await post(`/v1/consents/${asked.id}/approve`, alice, less)

  const answered = await pull()
  expect(answered.results[0].records[0].data).toEqual({ number: 'P-1', holder: { name: '张三' } })
  expect(answered.results[0].withheldFields).toContainEqual({ pointer: '/income', code: 'CONSENT_MISSING' })
  const [access] = (await room.call('GET', '/v1/me/accesses', alice)).body.items
  expect(access).toMatchObject({ index: answered.log.index, case: '2026-1', decision: 'permit' })
  expect(access.datasets).toMatchObject([{ basis: { consent: asked.id }, fields: ['/number', '/holder/name'] }])

  await post(`/v1/consents/${asked.id}/pause`, alice)
  expect(await refusal()).toEqual(['CONSENT_PAUSED', expect.stringContaining('Only the subject')])
  await post(`/v1/consents/${asked.id}/resume`, alice)
  expect((await pull()).results[0].decision).toBe('permit')
  await post(`/v1/consents/${asked.id}/withdraw`, alice)
  expect(await refusal()).toEqual(['CONSENT_WITHDRAWN', expect.stringContaining('new one')])
})
