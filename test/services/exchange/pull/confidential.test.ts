/** An access kept from its subject until a day: who may, for how long, and that it then appears by itself. */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { alice } from '../../../support/city-department.ts'
import { clearance, marriage, purpose } from '../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../support/law-room.ts'
import { shareRequest } from '../../../support/share-request.ts'

const office = 'natural-resources/title-office'
const basis = { type: 'statutory-duty', provision: '《刑事诉讼法》第五十四条' }
const confidentiality = { provision: '《刑事诉讼法》第一百五十二条', days: 30 }
const order = { authority: '市人民检察院，检诉〔2026〕12号', reason: '侦查期间告知将妨碍取证' }
const begin = new Date('2026-03-02T02:00:00Z')

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom(begin.toISOString())
  const terms = { basis, confidentiality, validFrom: undefined, validUntil: '2026-12-31T00:00:00Z' }
  const { body } = await room.call('POST', '/v1/agreements', office, shareRequest({ ...terms, dataset: clearance.id }))
  await room.call('POST', `/v1/agreements/${body.id}/approve`, 'taxation/steward')
})
afterAll(() => room?.close())

const pull = async (until: string, more: object = {}) => {
  const subject = { type: 'person', id: alice }
  const plain = { dataset: clearance.id, subject, purpose, case: '2026-刑-7', official: 'u-1' }
  return room.call('POST', '/v1/pulls', office, { ...plain, confidential: { until, ...order }, ...more })
}
const seenBy = async (who: string, path: string) => (await room.call('GET', path, who)).body.items
const accesses = () => seenBy(alice, '/v1/me/accesses')
const found = () => seenBy('auditor', '/v1/access-log/entries?kind=pull')

test('an auditor sees it at once, its subject from the day on, with who ordered it and why', async () => {
  const { status, body } = await pull('2026-03-12')
  expect(status).toBe(200)
  expect(await accesses()).toEqual([])
  const { index } = body.log
  expect(await found()).toMatchObject([{ index, confidentialUntil: '2026-03-12', content: { confidential: order } }])
  room.clock.now = new Date('2026-03-11T15:59:59Z')
  expect(await accesses()).toEqual([])
  room.clock.now = new Date('2026-03-11T16:00:00Z')
  const shown = { index, case: '2026-刑-7', decision: 'permit', confidential: { until: '2026-03-12', ...order } }
  expect(await accesses()).toMatchObject([shown])
  room.clock.now = begin
})

describe('what no law keeps back is seen at once', () => {
  const refused: [why: string, code: string, until: string, more: object][] = [
    ['longer than agreed', 'CONFIDENTIALITY_NOT_COVERED', '2026-04-02', {}],
    ['of a dataset without such an agreement', 'AGREEMENT_MISSING', '2026-03-12', { dataset: marriage.id }],
    ['without the official, whatever was waived', 'OFFICIAL_REQUIRED', '2026-03-12', { official: undefined }],
  ]
  test.each(refused)('a pull refused as %s: %s', async (_why, code, until, more) => {
    const answer = await pull(until, more)
    expect(answer.body).toMatchObject({ status: 403, code })
    const [seen] = await accesses()
    expect(seen).toMatchObject({ index: answer.body.log.index, decision: 'refuse', code })
    expect(seen.confidential).toBeUndefined()
  })

  test('until today or earlier is no such day, and the attempt is in the log', async () => {
    for (const until of ['2026-03-02', '2025-01-01']) {
      const { body } = await pull(until)
      expect(body).toMatchObject({ status: 422, code: 'PERIOD_INVALID', pointer: '/confidential/until' })
    }
    expect((await found()).slice(0, 2)).toMatchObject([{ code: 'PERIOD_INVALID' }, { code: 'PERIOD_INVALID' }])
  })
})

describe('an agreement', () => {
  const ask = (more: object) => room.call('POST', '/v1/agreements', office, shareRequest(more))

  test.each([
    ['/confidentiality', { basis: { type: 'consent' }, confidentiality }],
    ['/confidentiality/provision', { basis, confidentiality: { ...confidentiality, provision: '领导要求' } }],
  ])('that no law lets be confidential is refused at %s', async (pointer, more) => {
    expect((await ask(more)).body).toMatchObject({ status: 422, code: 'CONFIDENTIALITY_UNLAWFUL', pointer })
  })

  test('may not be so for more than two years', async () => {
    const { body } = await ask({ basis, confidentiality: { ...confidentiality, days: 731 } })
    expect(body).toMatchObject({ status: 400, code: 'BODY_INVALID', pointer: '/confidentiality/days' })
  })

  test('is approved to fewer days or none, never to more, and the log says to how many', async () => {
    const { id } = (await ask({ basis, confidentiality })).body
    const approve = (confidentialDays: number) =>
      room.call('POST', `/v1/agreements/${id}/approve`, 'civil-affairs/steward', { confidentialDays })
    expect((await approve(31)).body).toMatchObject({
      code: 'CONFIDENTIALITY_NOT_COVERED',
      pointer: '/confidentialDays',
    })
    expect((await approve(7)).body.confidentiality).toEqual({ ...confidentiality, days: 7 })
    const [entry] = await room.entries('agreement')
    expect(entry).toMatchObject({ content: { step: 'approve', confidentiality: { days: 7 } } })
    const other = (await ask({ basis, confidentiality })).body.id
    const path = `/v1/agreements/${other}/approve`
    const { body } = await room.call('POST', path, 'civil-affairs/steward', { confidentialDays: 0 })
    expect([body.state, body.confidentiality]).toEqual(['approved', undefined])
  })
})
