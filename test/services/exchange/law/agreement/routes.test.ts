import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { both, clearance, income, marriage } from '../../../../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { shareRequest } from '../../../../support/share-request.ts'

const office = 'natural-resources/title-office'
const requester = 'natural-resources/steward'
const source = 'civil-affairs/steward'

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom()
})
afterAll(() => room?.close())

const make = async (more: object = {}): Promise<string> => {
  const answer = await room.call('POST', '/v1/agreements', office, shareRequest(more))
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body.id
}
const step = (id: string, name: string, who: string, body?: object) =>
  room.call('POST', `/v1/agreements/${id}/${name}`, who, body)

describe('a share request', () => {
  test('is answered with its state, its history and its clock', async () => {
    const { status, body } = await room.call('POST', '/v1/agreements', office, shareRequest())
    expect(status).toBe(201)
    expect(body).toMatchObject({
      source: 'civil-affairs',
      department: 'natural-resources',
      state: 'submitted',
      demands: { case: true, official: true },
      history: [{ step: 'create' }, { step: 'submit', by: office, workdays: 10 }],
      clock: { duty: 'reply', due: '2026-03-16', remaining: 10, overdue: 0, stopped: false, extended: false },
    })
    expect((await room.call('GET', `/v1/agreements/${body.id}`, source)).body).toEqual(body)
  })

  test('to a dataset shared unconditionally is due on the next working day', async () => {
    const { body } = await room.call('POST', '/v1/agreements', office, shareRequest({ dataset: clearance.id }))
    expect(body.clock).toMatchObject({ due: '2026-03-03', remaining: 1 })
  })

  const voids: [code: string, status: number, pointer: string | undefined, more: object][] = [
    ['DATASET_UNKNOWN', 422, '/dataset', { dataset: 'taxation.nothing' }],
    ['DATASET_WITHHELD', 403, '/dataset', { dataset: income.id }],
    ['PURPOSE_UNKNOWN', 422, '/purpose', { purpose: 'curiosity' }],
    ['MATTER_UNKNOWN', 422, '/matters/0', { matters: ['nothing'] }],
    ['FIELD_UNKNOWN', 422, '/fields/0/pointer', { fields: [{ pointer: '/nothing', use: 'read' }] }],
    ['BODY_INVALID', 400, '/fields/1/pointer', { fields: Array(2).fill({ pointer: '/number', use: 'read' }) }],
    ['PERIOD_INVALID', 422, '/validFrom', { validFrom: '2026-03-01T00:00:00Z' }],
    ['PERIOD_INVALID', 422, '/validUntil', { validUntil: '2026-03-01T00:00:00Z' }],
    ['BODY_INVALID', 400, '/basis', { basis: { type: 'statutory-duty' } }],
    ['BODY_INVALID', 400, '/fields/0', { fields: [{ pointer: '/number', use: 'mask', mask: 'none' }] }],
    ['BODY_INVALID', 400, '/secret', { secret: true }],
  ]
  test.each(voids)('is refused with %s (%i) at %s', async (code, status, pointer, more) => {
    const { body } = await room.call('POST', '/v1/agreements', office, shareRequest(more))
    expect(body).toMatchObject({ code, status, ...(pointer && { pointer: expect.stringContaining(pointer) }) })
  })

  test('for the own dataset is not needed', async () => {
    const { body } = await room.call('POST', '/v1/agreements', 'civil-affairs/registry', shareRequest())
    expect(body).toMatchObject({ code: 'AGREEMENT_NOT_NEEDED', status: 422 })
  })

  test('that overlaps another in fields, purpose and time is refused, and the other one named', async () => {
    const first = shareRequest()
    const { body } = await room.call('POST', '/v1/agreements', office, first)
    const again = { ...first, fields: [{ pointer: '/holder/name', use: 'mask', mask: 'keep-first-1' }] }
    const refused = await room.call('POST', '/v1/agreements', office, again)
    expect(refused.body).toMatchObject({ code: 'AGREEMENT_OVERLAPS', status: 409 })
    expect(refused.body.detail).toContain(body.id)
    const other = { ...first, fields: [{ pointer: '/income', use: 'verify' }] }
    expect((await room.call('POST', '/v1/agreements', office, other)).status).toBe(201)
    await step(body.id, 'reject', source, { reason: '材料不符' })
    expect((await room.call('POST', '/v1/agreements', office, again)).status).toBe(201)
  })

  test('sent by 8 at once for the same fields is taken once', async () => {
    const same = shareRequest()
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => room.call('POST', '/v1/agreements', office, same)),
    )
    const codes = answers.map(({ status, body }) => (status === 201 ? 'MADE' : body.code)).toSorted()
    expect(codes).toEqual([...Array(7).fill('AGREEMENT_OVERLAPS'), 'MADE'])
  })

  test('with an Idempotency-Key is made once, and a key is good for one request only', async () => {
    const same = shareRequest()
    const headers = { 'idempotency-key': 'request-0001' }
    const answers = await Promise.all(
      Array.from({ length: 4 }, () => room.call('POST', '/v1/agreements', office, same, headers)),
    )
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1)
    const other = await room.call('POST', '/v1/agreements', office, shareRequest(), headers)
    expect(other.body).toMatchObject({ code: 'IDEMPOTENCY_MISMATCH', status: 409 })
    const another = await room.call('POST', '/v1/agreements', requester, shareRequest(), headers)
    expect(another.status).toBe(201)
  })

  test('kept as a draft waits for its submission', async () => {
    const id = await make({ draft: true })
    const draft = await room.call('GET', `/v1/agreements/${id}`, office)
    expect([draft.body.state, draft.body.clock]).toEqual(['draft', undefined])
    expect((await step(id, 'submit', office)).body).toMatchObject({ state: 'submitted', clock: { remaining: 10 } })
  })
})

describe('the answer of the source', () => {
  test('approval over the service interface puts the agreement in force at once', async () => {
    const id = await make({ validFrom: undefined, validUntil: '2026-03-05T00:00:00Z' })
    expect((await step(id, 'approve', source)).body).toMatchObject({ state: 'active' })
    const later = await room.call('GET', '/v1/agreements?state=active', source)
    expect(later.body.items.map((item: { id: string }) => item.id)).toContain(id)
  })

  test('approval of a batch exchange starts the clock of provision', async () => {
    const id = await make({
      method: 'batch-exchange',
      validFrom: undefined,
      validUntil: '2026-12-31T00:00:00Z',
      fields: [{ pointer: '/validFrom', use: 'read' }],
    })
    const approved = await step(id, 'approve', source)
    expect(approved.body).toMatchObject({
      state: 'approved',
      clock: { duty: 'provide', due: '2026-03-30', remaining: 20 },
    })
    const provided = await step(id, 'provide', source)
    expect(provided.body).toMatchObject({ state: 'active' })
    expect(provided.body.clock).toBeUndefined()
    await step(id, 'terminate', office)
  })

  test('approval may give less than was asked, never more', async () => {
    const id = await make()
    const wider = await step(id, 'approve', source, { fields: [{ pointer: '/income', use: 'read' }] })
    expect(wider.body).toMatchObject({ code: 'FIELD_NOT_COVERED', pointer: '/fields/0' })
    const longer = await step(id, 'approve', source, { validUntil: '2040-01-01T00:00:00Z' })
    expect(longer.body).toMatchObject({ code: 'PERIOD_INVALID', pointer: '/validUntil' })
    const narrower = { fields: [{ pointer: '/holder/name', use: 'mask', mask: 'keep-first-1' }], dataLife: 'P30D' }
    expect((await step(id, 'approve', source, narrower)).body).toMatchObject(narrower)
  })

  test('no condition may be added to unconditional sharing (Art 15)', async () => {
    const id = await make({ dataset: clearance.id })
    const narrowed = await step(id, 'approve', 'taxation/steward', { demands: { case: true, official: true } })
    expect(narrowed.body).toMatchObject({ code: 'CONDITION_NOT_ALLOWED', detail: expect.stringContaining('Art 15') })
    expect((await step(id, 'approve', 'taxation/steward')).status).toBe(200)
  })

  test('a rejection needs its reason', async () => {
    const id = await make()
    expect((await step(id, 'reject', source)).body).toMatchObject({ code: 'BODY_INVALID', pointer: '/reason' })
    const rejected = await step(id, 'reject', source, { reason: '与职责无关' })
    expect(rejected.body).toMatchObject({
      state: 'rejected',
      history: [{}, {}, { step: 'reject', reason: '与职责无关' }],
    })
  })

  test('a supplement is asked for once, names all that is missing, and stops the clock until it comes', async () => {
    const id = await make()
    const asked = await step(id, 'supplement', source, { missing: ['法律依据', '使用场景'] })
    expect(asked.body).toMatchObject({ state: 'supplement-asked', clock: { stopped: true, remaining: 10 } })
    expect((await step(id, 'approve', source)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    const supplied = await step(id, 'submit', office, { scenario: both('补充', 'Supplied') })
    expect(supplied.body).toMatchObject({ state: 'submitted', scenario: { en: 'Supplied' }, clock: { stopped: false } })
    const twice = await step(id, 'supplement', source, { missing: ['还有'] })
    expect(twice.body).toMatchObject({ code: 'STATE_CONFLICT', detail: expect.stringContaining('once') })
  })

  test('an extension is asked by the source, granted by the authority, and told to the applicant', async () => {
    const id = await make()
    expect((await step(id, 'grant-extension', 'operator')).body).toMatchObject({ code: 'STATE_CONFLICT' })
    await step(id, 'extend', source, { reason: '需会商' })
    expect((await step(id, 'grant-extension', source)).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await step(id, 'grant-extension', 'operator')).body.clock).toMatchObject({ extended: true, remaining: 20 })
    expect((await room.call('GET', `/v1/agreements/${id}`, office)).body.clock.extended).toBe(true)
    expect((await step(id, 'extend', source, { reason: '再延' })).body).toMatchObject({ code: 'STATE_CONFLICT' })
  })

  test('what is shared unconditionally cannot be extended', async () => {
    const id = await make({ dataset: clearance.id })
    const extended = await step(id, 'extend', 'taxation/steward', { reason: '人手不足' })
    expect(extended.body).toMatchObject({ code: 'STATE_CONFLICT', detail: expect.stringContaining('Art 21') })
  })
})

describe('an agreement in force', () => {
  const inForce = async () => {
    const id = await make({
      validFrom: undefined,
      validUntil: '2026-09-30T00:00:00Z',
      fields: [{ pointer: '/partner/id', use: 'verify' }],
    })
    await step(id, 'approve', source)
    return id
  }

  test('is suspended with a cause, resumed, and ended by either side', async () => {
    const id = await inForce()
    expect((await step(id, 'suspend', source, {})).body).toMatchObject({ code: 'BODY_INVALID' })
    expect((await step(id, 'suspend', source, { reason: '超范围使用' })).body.state).toBe('suspended')
    expect((await step(id, 'resume', source)).body.state).toBe('active')
    expect((await step(id, 'terminate', source)).body).toMatchObject({ code: 'REASON_REQUIRED' })
    expect((await step(id, 'terminate', source, { reason: '违规使用' })).body.state).toBe('terminated')
    expect((await step(id, 'resume', source)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    const other = await inForce()
    expect((await step(other, 'terminate', office)).body.state).toBe('terminated')
  })

  test('expires by itself when its time is over', async () => {
    const before = room.clock.now
    const id = await inForce()
    room.clock.now = new Date('2026-09-30T00:00:00Z')
    expect((await room.call('GET', `/v1/agreements/${id}`, office)).body.state).toBe('expired')
    expect((await step(id, 'suspend', source, { reason: '迟了' })).body).toMatchObject({ code: 'STATE_CONFLICT' })
    const expired = await room.call('GET', '/v1/agreements?state=expired', office)
    expect(expired.body.items.map((item: { id: string }) => item.id)).toContain(id)
    room.clock.now = before
  })
})

describe('who may do what', () => {
  test('to a third department an agreement does not exist, and the answer is that of a missing one', async () => {
    const id = await make()
    const strip = ({ text }: { text: string }) => text.replace(/"request":"[^"]*"/, '')
    for (const path of ['', '/approve', '/suspend', '/terminate', '/submit']) {
      const method = path === '' ? 'GET' : 'POST'
      const body = path === '/suspend' ? { reason: '好奇' } : path === '' ? undefined : {}
      const foreign = await room.call(method, `/v1/agreements/${id}${path}`, 'taxation/steward', body)
      const missing = await room.call(
        method,
        `/v1/agreements/01ARZ3NDEKTSV4RRFFQ69G5FAV${path}`,
        'taxation/steward',
        body,
      )
      expect([foreign.status, strip(foreign)]).toEqual([404, strip(missing)])
    }
    const listed = await room.call('GET', '/v1/agreements?limit=200', 'taxation/steward')
    expect(listed.body.items.map((item: { id: string }) => item.id)).not.toContain(id)
  })

  test('the requesting side cannot answer, the source cannot submit, and a plain system answers for nobody', async () => {
    const id = await make({ draft: true })
    expect((await step(id, 'submit', source)).body).toMatchObject({ code: 'NOT_ALLOWED' })
    await step(id, 'submit', office)
    expect((await step(id, 'approve', requester)).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await step(id, 'approve', 'civil-affairs/registry')).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await step(id, 'approve', 'operator')).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await room.call('GET', `/v1/agreements/${id}`, 'auditor')).status).toBe(200)
    expect((await room.call('GET', `/v1/agreements/${id}`, '11010519491231002X')).body.code).toBe('NOT_ALLOWED')
  })

  test('every attempt is in the access log, refused ones with their code', async () => {
    const id = await make()
    await step(id, 'approve', requester)
    await step(id, 'approve', 'taxation/steward')
    await step(id, 'approve', source)
    const [permitted, foreign, refused] = (await room.entries('agreement')) as object[]
    expect(permitted).toMatchObject({
      decision: 'permit',
      content: { agreement: id, step: 'approve', dataset: marriage.id },
    })
    expect(foreign).toMatchObject({ decision: 'refuse', code: 'NOT_FOUND', content: { agreement: id }, datasets: [] })
    expect(refused).toMatchObject({
      decision: 'refuse',
      code: 'NOT_ALLOWED',
      caller: requester,
      datasets: [marriage.id],
    })
  })
})

test('a list pages by cursor, newest first, without a gap', async () => {
  const seen: string[] = []
  let path = '/v1/agreements?limit=3'
  for (;;) {
    const { body } = await room.call('GET', path, office)
    seen.push(...body.items.map((item: { id: string }) => item.id))
    if (!body.next) break
    path = `/v1/agreements?limit=3&cursor=${body.next}`
  }
  expect(seen).toEqual(seen.toSorted().toReversed())
  const all = await room.call('GET', '/v1/agreements?limit=200', office)
  expect(seen).toEqual(all.body.items.map((item: { id: string }) => item.id))
})
