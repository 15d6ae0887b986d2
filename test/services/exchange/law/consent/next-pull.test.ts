/** The whole way over HTTP: what stands in the way of the very next pull, and what does not. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { both, marriage, purpose } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

const office = 'natural-resources/title-office'
const source = 'civil-affairs/steward'
let room: LawRoom
let people = 0

beforeAll(async () => {
  room = await openLawRoom()
})
afterAll(() => room.close())

const agree = async (more: object = {}): Promise<string> => {
  const { body } = await room.call('POST', '/v1/agreements', office, {
    dataset: marriage.id,
    purpose,
    fields: [
      { pointer: '/number', use: 'read' },
      { pointer: '/holder/id', use: 'mask', mask: 'keep-last-4' },
      { pointer: '/income', use: 'verify' },
    ],
    basis: { type: 'consent' },
    scenario: both('受理转移登记', 'When a transfer is applied for'),
    method: 'service-interface',
    validUntil: '2026-06-30T00:00:00Z',
    ...more,
  })
  await room.call('POST', `/v1/agreements/${body.id}/approve`, source)
  return body.id
}

/** A person nobody else in this file asks about, with one record. */
async function newPerson(): Promise<string> {
  people += 1
  const id = residentIdBorn('19900101', String(people).padStart(3, '0'))
  const version = {
    dataset: marriage.id,
    key: `P-${people}`,
    sequence: 1,
    status: 'valid' as const,
    schemaVersion: 1,
    validFrom: undefined,
    validUntil: undefined,
    eventId: `${people}`,
    system: 'civil-affairs/registry',
    eventTime: '2026-03-01T00:00:00Z',
    body: JSON.stringify({ number: `P-${people}`, holder: { id, name: '张三' }, income: 100 }),
    subjects: [{ type: 'person' as const, id }],
  }
  await inTransaction(room.hub.pool, tx => storeVersions(tx, marriage.id, [version]))
  return id
}

const consent = async (id: string, more: object = {}): Promise<string> => {
  const { body } = await room.call('POST', '/v1/consents', id, {
    subject: { type: 'person', id },
    department: 'natural-resources',
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number', '/holder/id', '/income'] }],
    validUntil: '2026-12-31T00:00:00Z',
    ...more,
  })
  return body.id
}
const pull = async (id: string, more: object = {}) => {
  const ask = { dataset: marriage.id, subject: { type: 'person', id }, purpose, case: '2026-1', official: 'u-1' }
  const { status, body } = await room.call('POST', '/v1/pulls', office, { ...ask, ...more })
  return { status, code: body.code ?? 'PERMIT', result: body.results?.[0] }
}
const step = (kind: 'agreements' | 'consents', id: string, name: string, who: string, body?: object) =>
  room.call('POST', `/v1/${kind}/${id}/${name}`, who, body)

test('with agreement and consent the agreed fields are answered, masked where agreed, and nothing else', async () => {
  await agree()
  const id = await newPerson()
  const given = await consent(id)
  const { result } = await pull(id)
  expect(result).toMatchObject({ basis: { type: 'consent', consent: given } })
  expect(result.records[0].data).toEqual({ number: `P-${people}`, holder: { id: `****${id.slice(-4)}` } })
  expect(result.withheldFields.map((field: { pointer: string }) => field.pointer)).toContain('/income')
})

test('what may only be verified is answered true or false, and guessing on goes unanswered after the day’s limit', async () => {
  const id = await newPerson()
  await consent(id)
  const claims = (atLeast: number) => ({ verify: Array.from({ length: 20 }, () => ({ field: '/income', atLeast })) })
  expect((await pull(id, claims(100))).result.claims[0]).toEqual({ field: '/income', answer: true })
  expect((await pull(id, claims(101))).result.claims[0]).toEqual({ field: '/income', answer: false })
  expect((await pull(id, claims(100))).code).toBe('CLAIMS_TOO_MANY')
})

test('a withdrawn, paused or declined consent is refused by the next pull, a resumed one is not', async () => {
  const id = await newPerson()
  expect((await pull(id)).code).toBe('CONSENT_MISSING')
  const given = await consent(id)
  expect((await pull(id)).code).toBe('PERMIT')
  await step('consents', given, 'pause', id)
  expect((await pull(id)).code).toBe('CONSENT_PAUSED')
  await step('consents', given, 'resume', id)
  expect((await pull(id)).code).toBe('PERMIT')
  await step('consents', given, 'withdraw', id)
  expect((await pull(id)).code).toBe('CONSENT_WITHDRAWN')
})

test('a consent asked for opens nothing until the subject approves', async () => {
  const id = await newPerson()
  const { body } = await room.call('POST', '/v1/consents', office, {
    subject: { type: 'person', id },
    purpose,
    datasets: [{ dataset: marriage.id, fields: ['/number'] }],
    validUntil: '2026-12-31T00:00:00Z',
  })
  expect((await pull(id)).code).toBe('CONSENT_REQUESTED')
  await step('consents', body.id, 'decline', id)
  expect((await pull(id)).code).toBe('CONSENT_DECLINED')
})

test('a consent for one use answers one pull', async () => {
  const id = await newPerson()
  await consent(id, { uses: 1 })
  const codes = await Promise.all(Array.from({ length: 8 }, async () => (await pull(id)).code))
  expect(codes.toSorted()).toEqual([...Array(7).fill('CONSENT_USED_UP'), 'PERMIT'])
})

test('a consent only reaches records within its range of data', async () => {
  const id = await newPerson()
  await room.hub.pool.query(`update record set valid_from = '2019-01-01', valid_until = '2020-01-01' where key = $1`, [
    `P-${people}`,
  ])
  const given = await consent(id, { dataRange: { from: '2021-01-01' } })
  expect((await pull(id)).result.records).toEqual([])
  await step('consents', given, 'withdraw', id)
  await consent(id, { dataRange: { from: '2019-06-01' } })
  expect((await pull(id)).result.records).toHaveLength(1)
})

test('expired, the consent and then the agreement refuse by themselves', async () => {
  const before = room.clock.now
  const id = await newPerson()
  await consent(id, { validUntil: '2026-05-01T00:00:00Z' })
  room.clock.now = new Date('2026-05-01T00:00:00Z')
  expect((await pull(id)).code).toBe('CONSENT_EXPIRED')
  room.clock.now = new Date('2026-06-30T00:00:00Z')
  expect((await pull(id)).code).toBe('AGREEMENT_EXPIRED')
  room.clock.now = before
})

test('without case or official the agreement refuses, and it does so for a subject nobody has heard of alike', async () => {
  const known = await newPerson()
  await consent(known)
  const unheard = residentIdBorn('19770707')
  for (const id of [known, unheard]) {
    expect((await pull(id, { case: undefined })).code).toBe('CASE_REQUIRED')
    expect((await pull(id, { official: undefined })).code).toBe('OFFICIAL_REQUIRED')
  }
})

test('a suspended agreement refuses, resumed it does not, and terminated it is over', async () => {
  const id = await newPerson()
  await consent(id)
  const listed = await room.call('GET', '/v1/agreements?state=active', office)
  const agreement = listed.body.items[0].id
  await step('agreements', agreement, 'suspend', source, { reason: '超范围使用' })
  expect((await pull(id)).code).toBe('AGREEMENT_SUSPENDED')
  await step('agreements', agreement, 'resume', source)
  expect((await pull(id)).code).toBe('PERMIT')
  await step('agreements', agreement, 'terminate', office)
  expect((await pull(id)).code).toBe('AGREEMENT_TERMINATED')
})
