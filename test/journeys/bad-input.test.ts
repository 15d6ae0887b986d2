/** Acts that the sharing law forbids to departments, stewards and citizens, each tried once: a table, long as the law is. */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { alice, datasetOf } from '../support/city-department.ts'
import { both, clearance, income, marriage, matter, purpose } from '../support/law-cast.ts'
import { type LawRoom, openLawRoom } from '../support/law-room.ts'
import { parsedEntries } from '../support/packed-log.ts'
import { residentIdBorn } from '../support/resident.ts'
import { shareRequest } from '../support/share-request.ts'

const office = 'natural-resources/title-office'
const source = 'civil-affairs/steward'
const child = residentIdBorn('20150101', '001')
const person = (id: string) => ({ type: 'person', id })
const standing = shareRequest({ validFrom: '2026-03-02T02:00:00Z', validUntil: '2026-12-31T00:00:00Z' })
const past = '2026-03-01T00:00:00Z'

let room: LawRoom
let [agreement, consent] = ['', '']
beforeAll(async () => {
  room = await openLawRoom()
  agreement = (await room.call('POST', '/v1/agreements', office, standing)).body.id
  await room.call('POST', `/v1/agreements/${agreement}/approve`, source)
  consent = (await room.call('POST', '/v1/consents', alice, consentBody())).body.id
  await room.call('POST', `/v1/consents/${consent}/withdraw`, alice)
})
afterAll(() => room?.close())

const consentBody = (more: object = {}) => ({
  subject: person(alice),
  department: 'natural-resources',
  purpose,
  datasets: [{ dataset: marriage.id, fields: ['/number'] }],
  validUntil: '2026-12-31T00:00:00Z',
  ...more,
})
const representation = (more: object = {}) => ({
  kind: 'power-of-attorney',
  subject: person(alice),
  representative: person(residentIdBorn('19800101', '002')),
  evidence: 'counter 3, form 9',
  validUntil: '2026-12-31T00:00:00Z',
  ...more,
})
const pullBody = (more: object = {}) => ({
  dataset: marriage.id,
  subject: person(alice),
  purpose,
  case: '2026-1',
  official: 'u-1',
  ...more,
})
const entry = (more: object = {}) => {
  const { id: _, ...body } = { ...datasetOf('taxation'), ...more }
  return body
}
const matterBody = (more: object = {}) => {
  const { id: _, ...body } = { ...matter, ...more }
  return body
}
/** The public key of RFC 7517, A.1. */
const publicKey = {
  kty: 'EC',
  crv: 'P-256',
  alg: 'ES256',
  kid: '1',
  x: 'MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4',
  y: '4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM',
}

type Attempt = [what: string, code: string, method: 'POST' | 'PUT', path: () => string, who: string, body?: object]
const at = (path: string) => () => path
const attempts: Attempt[] = [
  [
    'a suspended agreement resumed that is not',
    'STATE_CONFLICT',
    'POST',
    () => `/v1/agreements/${agreement}/resume`,
    source,
  ],
  ['an agreement approved twice', 'STATE_CONFLICT', 'POST', () => `/v1/agreements/${agreement}/approve`, source],
  [
    'an agreement suspended by its user',
    'NOT_ALLOWED',
    'POST',
    () => `/v1/agreements/${agreement}/suspend`,
    office,
    { reason: '试试' },
  ],
  [
    'an agreement ended without cause',
    'REASON_REQUIRED',
    'POST',
    () => `/v1/agreements/${agreement}/terminate`,
    source,
  ],
  ['an agreement of others', 'NOT_FOUND', 'POST', () => `/v1/agreements/${agreement}/approve`, 'taxation/steward'],
  ['a request that overlaps', 'AGREEMENT_OVERLAPS', 'POST', at('/v1/agreements'), office, standing],
  [
    'a request from yesterday',
    'PERIOD_INVALID',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ validFrom: past }),
  ],
  [
    'a request until yesterday',
    'PERIOD_INVALID',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ validUntil: past }),
  ],
  [
    'a request for no such field',
    'FIELD_UNKNOWN',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ fields: [{ pointer: '/no', use: 'read' }] }),
  ],
  [
    'a request for no such purpose',
    'PURPOSE_UNKNOWN',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ purpose: 'curiosity' }),
  ],
  [
    'a request for no such dataset',
    'DATASET_UNKNOWN',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ dataset: 'taxation.no' }),
  ],
  [
    'a request for what is withheld',
    'DATASET_WITHHELD',
    'POST',
    at('/v1/agreements'),
    office,
    shareRequest({ dataset: income.id }),
  ],
  [
    'a request for the own dataset',
    'AGREEMENT_NOT_NEEDED',
    'POST',
    at('/v1/agreements'),
    'civil-affairs/registry',
    shareRequest(),
  ],
  ['a withdrawn consent paused', 'STATE_CONFLICT', 'POST', () => `/v1/consents/${consent}/pause`, alice],
  ['a consent of somebody else withdrawn', 'NOT_FOUND', 'POST', () => `/v1/consents/${consent}/withdraw`, child],
  ['a consent from yesterday', 'PERIOD_INVALID', 'POST', at('/v1/consents'), alice, consentBody({ validFrom: past })],
  ['a consent until yesterday', 'PERIOD_INVALID', 'POST', at('/v1/consents'), alice, consentBody({ validUntil: past })],
  [
    'a consent to no such field',
    'FIELD_UNKNOWN',
    'POST',
    at('/v1/consents'),
    alice,
    consentBody({ datasets: [{ dataset: marriage.id, fields: ['/no'] }] }),
  ],
  [
    'a consent to no such purpose',
    'PURPOSE_UNKNOWN',
    'POST',
    at('/v1/consents'),
    alice,
    consentBody({ purpose: 'curiosity' }),
  ],
  [
    'a consent that is not needed',
    'CONSENT_NOT_NEEDED',
    'POST',
    at('/v1/consents'),
    alice,
    consentBody({ datasets: [{ dataset: clearance.id, fields: ['/number'] }] }),
  ],
  [
    'a consent to what is withheld',
    'DATASET_WITHHELD',
    'POST',
    at('/v1/consents'),
    alice,
    consentBody({ datasets: [{ dataset: income.id, fields: ['/number'] }] }),
  ],
  [
    'a child’s own consent',
    'GUARDIAN_REQUIRED',
    'POST',
    at('/v1/consents'),
    child,
    consentBody({ subject: person(child) }),
  ],
  [
    'a power of attorney without an end',
    'REPRESENTATION_INVALID',
    'POST',
    at('/v1/representations'),
    'natural-resources/steward',
    representation({ validUntil: undefined }),
  ],
  [
    'a power of attorney that has ended',
    'PERIOD_INVALID',
    'POST',
    at('/v1/representations'),
    'natural-resources/steward',
    representation({ validUntil: past }),
  ],
  [
    'a pull for no such matter',
    'MATTER_UNKNOWN',
    'POST',
    at('/v1/pulls'),
    office,
    pullBody({ dataset: undefined, matter: 'no' }),
  ],
  [
    'a pull about nobody',
    'SUBJECT_INVALID',
    'POST',
    at('/v1/pulls'),
    office,
    pullBody({ subject: person('110105194912310021') }),
  ],
  [
    'a pull for another purpose',
    'PURPOSE_NOT_COVERED',
    'POST',
    at('/v1/pulls'),
    office,
    pullBody({ purpose: 'curiosity' }),
  ],
  ['a pull on a withdrawn consent', 'CONSENT_WITHDRAWN', 'POST', at('/v1/pulls'), office, pullBody()],
  ['a pull for no such field', 'FIELD_UNKNOWN', 'POST', at('/v1/pulls'), office, pullBody({ fields: ['/no'] })],
  [
    'a matter of no such department',
    'DEPARTMENT_UNKNOWN',
    'PUT',
    at('/v1/matters/new'),
    'operator',
    matterBody({ department: 'no' }),
  ],
  [
    'a matter with no such dataset',
    'DATASET_UNKNOWN',
    'PUT',
    at('/v1/matters/new'),
    'operator',
    matterBody({ requirements: [{ id: 'clearance', title: both('甲', 'A'), evidence: [['taxation.no']] }] }),
  ],
  [
    'a dataset withheld without a law',
    'CATALOGUE_UNLAWFUL',
    'PUT',
    at('/v1/datasets/taxation.permit'),
    'operator',
    entry({ sharing: { type: 'withheld' } }),
  ],
  [
    'a dataset whose key is no field',
    'FIELD_UNKNOWN',
    'PUT',
    at('/v1/datasets/taxation.permit'),
    'operator',
    entry({ key: '/no' }),
  ],
  [
    'a dataset whose key is changed',
    'STATE_CONFLICT',
    'PUT',
    at('/v1/datasets/taxation.permit'),
    'operator',
    entry({ key: '/validFrom' }),
  ],
  [
    'an unlawful change sent to review',
    'CATALOGUE_UNLAWFUL',
    'PUT',
    at('/v1/datasets/taxation.permit'),
    'taxation/steward',
    entry({ sharing: { type: 'conditional' } }),
  ],
  [
    'a system of no such department',
    'DEPARTMENT_UNKNOWN',
    'PUT',
    at('/v1/departments/no/systems/desk'),
    'operator',
    { title: both('窗口', 'Desk'), jwks: { keys: [publicKey] } },
  ],
]

const tables = [
  'agreement',
  'consent',
  'representation',
  'dataset',
  'catalogue_change',
  'matter',
  'department_system',
  'claim_count',
]
/** Everything that the attempts could have changed, row by row. */
async function standingRows(): Promise<string[]> {
  const texts = tables.map(table => `select '${table} ' || t::text as row from ${table} t`)
  const { rows } = await room.hub.pool.query<{ row: string }>(texts.join(' union all '))
  return rows.map(({ row }) => row).toSorted()
}
async function entries() {
  const all = await parsedEntries<{ decision: string; code?: string; caller: string }>(room.hub.pool)
  return all.map(({ decision, code, caller }) => ({ decision, code, caller }))
}

test.each(attempts)(
  '%s is refused with %s: nothing changes, it is logged, and both languages say the way out',
  async (...[, code, method, path, who, body]: Attempt) => {
    const [before, logged] = [await standingRows(), await entries()]
    const answer = await room.call(method, path(), who, body)
    expect(answer.body).toMatchObject({
      code,
      title: expect.any(String),
      titleZh: expect.stringMatching(/\p{Script=Han}/u),
    })
    if (answer.body.detail) expect(answer.body.detailZh).toMatch(/\p{Script=Han}/u)
    expect(await standingRows()).toEqual(before)
    const caller = who === alice || who === child ? expect.stringMatching(/^p-/) : who
    expect((await entries()).slice(logged.length)).toEqual([{ decision: 'refuse', code, caller }])
  },
)

const unfit: [place: string, zh: string, path: string, who: string, body: object][] = [
  ['/reason', '缺少该项', '/v1/agreements/x/reject', source, {}],
  ['/secret', '不允许该项', '/v1/agreements', office, shareRequest({ secret: true })],
  ['/validUntil', '格式不符', '/v1/consents', alice, consentBody({ validUntil: 'soon' })],
  ['/uses', '过小', '/v1/consents', alice, consentBody({ uses: 0 })],
  ['/datasets', '条目过少', '/v1/consents', alice, consentBody({ datasets: [] })],
  ['/purpose', '过长', '/v1/pulls', office, pullBody({ purpose: 'x'.repeat(62) })],
]
test.each(unfit)(
  'a body that does not fit is told so at %s in both languages: %s',
  async (place, zh, path, who, body) => {
    const answer = (await room.call('POST', path, who, body)).body
    expect(answer).toMatchObject({ code: 'BODY_INVALID', pointer: place, detail: expect.stringContaining(place) })
    expect(answer.detailZh).toMatch(/^请求体中 /)
    expect(answer.detailZh).toContain(`${place}：${zh}`)
  },
)
