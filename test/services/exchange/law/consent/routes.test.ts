import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { storeDataset } from '../../../../../services/exchange/law/catalogue/catalogue-store.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { counterEvidence } from '../../../../support/counter-evidence.ts'
import { entryViolations } from '../../../../support/entry-schemas.ts'
import { clearance, income, marriage, purpose } from '../../../../support/law-cast.ts'
import { agreeOnConsent, type LawRoom, openLawRoom } from '../../../../support/law-room.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

const alice = '11010519491231002X'
const bob = '440524188001010014'
const company = '91350100M000100Y43'
const office = 'natural-resources/title-office'
/** Comes of age on 5 March 2026. */
const child = residentIdBorn('20080305')
const guardian = residentIdBorn('19800101')

let room: LawRoom
beforeAll(async () => {
  room = await openLawRoom()
  await agreeOnConsent(room, ['/number', '/holder/name'])
})
afterAll(() => room?.close())

const wish = (more: object = {}) => ({
  subject: { type: 'person', id: alice },
  department: 'natural-resources',
  purpose,
  datasets: [{ dataset: marriage.id, fields: ['/number', '/holder/name'] }],
  validUntil: '2026-12-31T00:00:00Z',
  ...more,
})
const post = (path: string, who: string, body?: object, headers = {}) => room.call('POST', path, who, body, headers)
const give = async (more: object = {}, who = alice) => {
  const answer = await post('/v1/consents', who, wish(more))
  if (answer.status !== 201) throw new Error(answer.text)
  return answer.body
}
const step = (id: string, name: string, who: string, body?: object) => post(`/v1/consents/${id}/${name}`, who, body)

describe('giving', () => {
  test('a citizen gives a consent, and is told what they agreed to in their language', async () => {
    const consent = await give({ uses: 1, dataLife: 'P30D', dataRange: { from: '2020-01-01' } })
    expect(consent).toMatchObject({
      state: 'active',
      subject: { type: 'person', id: alice },
      purpose: { code: purpose, title: { en: 'Transfer' } },
      uses: 1,
      used: 0,
      dataLife: 'P30D',
      dataRange: { from: '2020-01-01' },
      collection: { method: 'console' },
      language: 'zh',
      version: 1,
      history: [{ step: 'give', by: 'subject' }],
    })
    expect(consent.notice).toContain('许可（/number、/holder/name）')
    expect((await give({ language: 'en' })).notice).toContain('You may pause or withdraw it at any time')
  })

  test('a system records what was signed at its counter', async () => {
    const evidence = counterEvidence(42, room.clock.now)
    const consent = await give({ evidence }, office)
    expect(consent).toMatchObject({
      state: 'active',
      collection: { method: 'counter', evidence, recordedBy: office },
    })
    const mine = await room.call('GET', '/v1/me/consents', alice)
    const seen = mine.body.items.find(({ id }: { id: string }) => id === consent.id)
    expect(seen).toMatchObject({ collection: { method: 'counter', evidence, recordedBy: office } })
  })

  test('of what was recorded at a counter its subject says in one step that they never signed it', async () => {
    const atCounter = await give({ evidence: counterEvidence(43, room.clock.now) }, office)
    const own = await give()
    expect((await step(own.id, 'object', alice)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    const byOffice = { evidence: counterEvidence(44, room.clock.now) }
    expect((await step(atCounter.id, 'object', office, byOffice)).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await step(atCounter.id, 'object', bob)).status).toBe(404)
    const objected = await step(atCounter.id, 'object', alice)
    expect(objected).toMatchObject({ status: 200, body: { state: 'withdrawn' } })
    expect(objected.body.history.at(-1)).toMatchObject({ step: 'object', by: 'subject' })
    const [entry] = await room.entries('consent')
    expect(entry).toMatchObject({ content: { step: 'object', collection: 'counter' }, about: [{ id: alice }] })
    expect(entryViolations(entry)).toEqual([])
  })

  test('a department asks, the subject finds it, and agrees to less', async () => {
    const asked = await give({ uses: 5, subject: { type: 'person', id: bob } }, office)
    expect(asked).toMatchObject({
      state: 'requested',
      requestedBy: office,
      history: [{ step: 'request', by: 'department' }],
    })
    const again = await post('/v1/consents', office, wish({ subject: { type: 'person', id: bob } }))
    expect(again.body).toMatchObject({ code: 'STATE_CONFLICT' })
    const mine = await room.call('GET', '/v1/me/consents', bob)
    expect(mine.body.items).toMatchObject([{ id: asked.id, state: 'requested' }])
    const fields = [{ dataset: marriage.id, fields: ['/number'] }]
    const wider = await step(asked.id, 'approve', bob, { datasets: [{ dataset: marriage.id, fields: ['/income'] }] })
    expect(wider.body).toMatchObject({ code: 'CONSENT_WIDENED', pointer: '/datasets' })
    expect((await step(asked.id, 'approve', bob, { uses: 9 })).body).toMatchObject({ code: 'CONSENT_WIDENED' })
    const approved = await step(asked.id, 'approve', bob, { datasets: fields, uses: 1 })
    expect(approved.body).toMatchObject({
      state: 'active',
      datasets: fields,
      uses: 1,
      collection: { method: 'console' },
      version: 2,
    })
  })

  test('the same Idempotency-Key gives one consent', async () => {
    const headers = { 'idempotency-key': 'consent-0001' }
    const body = wish({ uses: 7 })
    const answers = await Promise.all([1, 2, 3].map(() => post('/v1/consents', alice, body, headers)))
    expect(new Set(answers.map(answer => answer.body.id)).size).toBe(1)
  })

  const voids: [code: string, status: number, more: object][] = [
    ['SUBJECT_INVALID', 422, { subject: { type: 'person', id: '110105194912310021' } }],
    ['PURPOSE_UNKNOWN', 422, { purpose: 'curiosity' }],
    ['DEPARTMENT_UNKNOWN', 422, { department: 'nowhere' }],
    ['DATASET_UNKNOWN', 422, { datasets: [{ dataset: 'taxation.nothing', fields: ['/number'] }] }],
    ['FIELD_UNKNOWN', 422, { datasets: [{ dataset: marriage.id, fields: ['/number', '/nothing'] }] }],
    ['BODY_INVALID', 400, { datasets: Array(2).fill({ dataset: marriage.id, fields: ['/number'] }) }],
    ['DATASET_WITHHELD', 403, { datasets: [{ dataset: income.id, fields: ['/number'] }] }],
    ['CONSENT_NOT_NEEDED', 422, { datasets: [{ dataset: clearance.id, fields: ['/number'] }] }],
    ['CONSENT_NOT_NEEDED', 422, { datasets: [{ dataset: marriage.id, fields: ['/number', '/income'] }] }],
    ['CONSENT_NOT_NEEDED', 422, { department: 'civil-affairs' }],
    ['PERIOD_INVALID', 422, { validUntil: '2026-03-01T00:00:00Z' }],
    ['PERIOD_INVALID', 422, { validFrom: '2026-02-01T00:00:00Z' }],
    ['PERIOD_INVALID', 422, { dataRange: { from: '2021-01-01', until: '2020-01-01' } }],
    ['BODY_INVALID', 400, { uses: 0 }],
    ['BODY_INVALID', 400, { frequency: { uses: 1, per: 'second' } }],
    ['NOT_ALLOWED', 403, { subject: { type: 'person', id: bob } }],
    ['SUBJECT_TYPE_MISMATCH', 403, { subject: { type: 'organisation', id: company } }],
  ]
  test.each(voids)('%s (%i) for %j', async (code, status, more) => {
    expect((await post('/v1/consents', alice, wish(more))).body).toMatchObject({ code, status })
  })

  test('no more is asked or given than was agreed, and whoever may give it is told what that is', async () => {
    const fields = ['/number', '/holder/name', '/income']
    const wide = wish({ datasets: [{ dataset: marriage.id, fields }], subject: { type: 'person', id: bob } })
    for (const who of [office, bob]) {
      const refused = await post('/v1/consents', who, wide)
      expect(refused.body).toMatchObject({ code: 'CONSENT_NOT_NEEDED', pointer: '/datasets/0/fields/2' })
    }
    const scope = (dataset: string, department = 'natural-resources') => {
      const query = new URLSearchParams({ dataset, department, purpose })
      return room.call('GET', `/v1/consent-scope?${query}`, bob)
    }
    expect((await scope(marriage.id)).body.fields.toSorted()).toEqual(['/holder/name', '/number'])
    for (const none of [await scope(clearance.id), await scope(marriage.id, 'taxation')])
      expect(none.body).toEqual({ fields: [] })
  })

  test('no department asks in the name of another', async () => {
    const asked = await post('/v1/consents', 'taxation/registry', wish())
    expect(asked.body).toMatchObject({ code: 'NOT_ALLOWED' })
  })
})

describe('a consent that stands', () => {
  test('is paused, resumed and withdrawn by its subject alone, and withdrawn is the end', async () => {
    const { id } = await give()
    expect((await step(id, 'pause', alice)).body).toMatchObject({ state: 'paused', version: 2 })
    expect((await step(id, 'pause', alice)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    expect((await step(id, 'resume', alice)).body.state).toBe('active')
    expect((await step(id, 'withdraw', office)).body).toMatchObject({ code: 'EVIDENCE_REQUIRED' })
    expect((await step(id, 'withdraw', alice)).body.state).toBe('withdrawn')
    for (const name of ['approve', 'decline', 'pause', 'resume', 'withdraw']) {
      expect((await step(id, name, alice)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    }
  })

  test('is withdrawn at the counter as easily as it was given there', async () => {
    const { id } = await give({ evidence: counterEvidence(1, room.clock.now) }, office)
    const evidence = counterEvidence(2, room.clock.now)
    const withdrawn = await step(id, 'withdraw', office, { evidence })
    expect(withdrawn.body).toMatchObject({
      state: 'withdrawn',
      history: [{}, { by: 'department', evidence }],
    })
  })

  test('does not exist for others: their answer is that of a missing one', async () => {
    const { id } = await give()
    const strip = ({ text }: { text: string }) => text.replace(/"request":"[^"]*"/, '')
    for (const who of [bob, 'taxation/registry', 'civil-affairs/steward']) {
      for (const path of ['', '/receipt', '/withdraw', '/approve']) {
        const method = path === '/withdraw' || path === '/approve' ? 'POST' : 'GET'
        const body = method === 'POST' ? { evidence: counterEvidence(3, room.clock.now) } : undefined
        const foreign = await room.call(method, `/v1/consents/${id}${path}`, who, body)
        const missing = await room.call(method, `/v1/consents/01ARZ3NDEKTSV4RRFFQ69G5FAV${path}`, who, body)
        expect([foreign.status, strip(foreign)]).toEqual([404, strip(missing)])
      }
    }
    const listed = await room.call('GET', '/v1/consents?limit=200', 'taxation/steward')
    expect(listed.body.items).toEqual([])
  })

  test('is listed for the receiving department, and the listing is in the log', async () => {
    const { id } = await give()
    const listed = await room.call('GET', '/v1/consents?state=active&limit=200', office)
    expect(listed.body.items.map((item: { id: string }) => item.id)).toContain(id)
    const [entry] = await room.entries('consent')
    expect(entry).toMatchObject({ caller: office, decision: 'permit', content: { step: 'list' } })
    expect(entry.about).toContainEqual({ type: 'person', id: alice })
  })

  test('expires by itself', async () => {
    const { id } = await give({ validUntil: '2026-03-02T03:00:00Z' })
    const before = room.clock.now
    room.clock.now = new Date('2026-03-02T03:00:00Z')
    expect((await room.call('GET', `/v1/consents/${id}`, alice)).body.state).toBe('expired')
    expect((await step(id, 'pause', alice)).body).toMatchObject({ code: 'STATE_CONFLICT' })
    room.clock.now = before
  })

  test('every step, and every refused attempt, stands in the log; no id of a person stands in an address or a detail', async () => {
    const { id } = await give()
    await step(id, 'withdraw', bob)
    await step(id, 'withdraw', alice)
    await room.call('GET', `/v1/consents/${id}/receipt`, office)
    const [receipt, done, refused, given] = await room.entries('consent')
    expect(receipt).toMatchObject({ caller: office, content: { step: 'receipt', consent: id, state: 'withdrawn' } })
    expect(given).toMatchObject({ decision: 'permit', content: { step: 'give', consent: id }, datasets: [marriage.id] })
    expect(refused).toMatchObject({ decision: 'refuse', code: 'NOT_FOUND', about: [], content: { consent: id } })
    expect(done).toMatchObject({
      decision: 'permit',
      about: [{ type: 'person', id: alice }],
      content: { step: 'withdraw' },
    })
  })
})

test('a citizen’s list pages by cursor, newest first, without a gap', async () => {
  const seen: string[] = []
  let path = '/v1/me/consents?limit=3'
  for (;;) {
    const { body } = await room.call('GET', path, alice)
    seen.push(...body.items.map((item: { id: string }) => item.id))
    if (!body.next) break
    path = `/v1/me/consents?limit=3&cursor=${body.next}`
  }
  expect(seen).toEqual(seen.toSorted().toReversed())
  const all = await room.call('GET', '/v1/me/consents?limit=200', alice)
  expect(seen).toEqual(all.body.items.map((item: { id: string }) => item.id))
})

describe('acting for others', () => {
  const register = (more: object) =>
    post('/v1/representations', 'natural-resources/steward', { evidence: 'register/77', ...more })
  const asGuardian = {
    kind: 'guardian',
    subject: { type: 'person', id: child },
    representative: { type: 'person', id: guardian },
  }
  const forChild = { subject: { type: 'person', id: child } }

  test('a minor gives no consent alone; a guardian does, and at 18 it lapses until the person confirms', async () => {
    expect((await post('/v1/consents', child, wish(forChild))).body).toMatchObject({ code: 'GUARDIAN_REQUIRED' })
    expect((await post('/v1/consents', guardian, wish(forChild))).body).toMatchObject({ code: 'NOT_ALLOWED' })
    expect((await register(asGuardian)).status).toBe(201)
    const consent = await give(forChild, guardian)
    expect(consent).toMatchObject({
      state: 'active',
      collection: { method: 'representative' },
      lapsesAt: '2026-03-04T16:00:00.000Z',
    })
    expect((await room.call('GET', '/v1/me/consents', guardian)).body.items).toHaveLength(1)
    const before = room.clock.now
    room.clock.now = new Date('2026-03-04T16:00:00Z')
    expect((await room.call('GET', `/v1/consents/${consent.id}`, child)).body.state).toBe('lapsed')
    expect((await step(consent.id, 'approve', guardian)).status).toBe(404)
    expect((await room.call('GET', '/v1/me/consents', guardian)).body.items).toEqual([])
    const confirmed = (await step(consent.id, 'approve', child)).body
    expect([confirmed.state, confirmed.lapsesAt, confirmed.collection.method]).toEqual(['active', undefined, 'console'])
    room.clock.now = before
  })

  test('at the counter too, a minor needs a registered guardian', async () => {
    const evidence = counterEvidence(9, room.clock.now)
    const alone = await post('/v1/consents', office, wish({ ...forChild, evidence }))
    expect(alone.body).toMatchObject({ code: 'GUARDIAN_REQUIRED' })
    const unknown = await post('/v1/consents', office, wish({ ...forChild, evidence, representation: 'nobody' }))
    expect(unknown.body).toMatchObject({ code: 'REPRESENTATION_UNKNOWN' })
    const known = await room.call('GET', '/v1/me/representations', guardian)
    const representation = known.body.items[0].id
    const given = await post('/v1/consents', office, wish({ ...forChild, evidence, representation }))
    expect(given.body).toMatchObject({ state: 'active', collection: { method: 'counter', evidence, representation } })
  })

  test('what an attorney gives ends with the power of attorney, and an ended one gives nothing', async () => {
    const subject = { type: 'person', id: bob }
    const { body } = await register({
      kind: 'power-of-attorney',
      subject,
      representative: { type: 'person', id: alice },
      validUntil: '2026-06-01T00:00:00Z',
    })
    expect((await give({ subject })).validUntil).toBe('2026-06-01T00:00:00.000Z')
    expect((await post(`/v1/representations/${body.id}/end`, guardian)).status).toBe(404)
    expect((await post(`/v1/representations/${body.id}/end`, bob)).body.endedAt).toBeDefined()
    expect((await post('/v1/consents', alice, wish({ subject }))).body).toMatchObject({ code: 'NOT_ALLOWED' })
  })

  test('an organisation speaks through its legal representative while there is one, and through nobody else', async () => {
    const licence = { ...marriage, id: 'civil-affairs.licence' }
    const subjects = [{ type: 'organisation' as const, id: '/holder/id', role: 'holder' }]
    await inTransaction(room.hub.pool, tx => storeDataset(tx, { ...licence, subjects }))
    await room.hub.catalogue.refresh()
    const subject = { type: 'organisation', id: company }
    await agreeOnConsent(room, ['/number'], licence.id)
    const forCompany = { subject, datasets: [{ dataset: licence.id, fields: ['/number'] }] }
    const refused = await post('/v1/consents', alice, wish(forCompany))
    expect(refused.body).toMatchObject({ status: 403, code: 'NOT_ALLOWED' })
    const representative = { type: 'person', id: alice }
    const { body } = await register({ kind: 'legal-representative', subject, representative })
    const consent = await give(forCompany)
    expect(consent).toMatchObject({ state: 'active', subject, collection: { method: 'representative' } })
    expect((await step(consent.id, 'pause', alice)).body.state).toBe('paused')
    expect((await post(`/v1/representations/${body.id}/end`, 'natural-resources/steward')).status).toBe(200)
    expect((await step(consent.id, 'resume', alice)).status).toBe(404)
    expect((await step(consent.id, 'resume', company)).body.state).toBe('active')
  })

  const impossible: [string, object][] = [
    ['/representative', { representative: { type: 'person', id: child } }],
    ['/kind', { kind: 'legal-representative' }],
    ['/subject', { subject: { type: 'person', id: bob } }],
    ['/subject', { kind: 'power-of-attorney', validUntil: '2026-12-31T00:00:00Z' }],
    ['/validUntil', { kind: 'power-of-attorney', subject: { type: 'person', id: bob } }],
  ]
  test.each(impossible)('a representation that cannot be is refused at %s', async (pointer, more) => {
    expect((await register({ ...asGuardian, ...more })).body).toMatchObject({ code: 'REPRESENTATION_INVALID', pointer })
  })
})
