import { describe, expect, test } from '@jest/globals'
import { failures } from '../../../../../services/contract/failure.ts'
import type { AgreementInForce } from '../../../../../services/exchange/law/agreement/agreement.ts'
import type { ConsentInForce } from '../../../../../services/exchange/law/consent/consent.ts'
import { decide } from '../../../../../services/exchange/law/decision/decide.ts'
import type { Ask } from '../../../../../services/exchange/law/decision/decision.ts'
import { type RefusalCode, waysOut } from '../../../../../services/exchange/law/decision/refusal.ts'
import { dataset, now } from './arbitraries.ts'

const day = 86_400_000
const at = (days: number) => new Date(now.getTime() + days * day)
const subject = { type: 'person', id: '11010519491231002X' } as const

const ask: Ask = {
  pull: 'P1',
  caller: { department: 'natural-resources', system: 'natural-resources/title-office' },
  subject,
  dataset: dataset.id,
  purpose: 'transfer',
  matter: 'transfer',
  case: '2026-1',
  official: 'u-1',
}
const agreement = (more: Partial<AgreementInForce> = {}, terms: Partial<AgreementInForce['terms']> = {}) => ({
  id: 'A1',
  dataset: dataset.id,
  department: 'natural-resources',
  purpose: 'transfer',
  state: 'active' as const,
  validFrom: at(-10),
  validUntil: at(10),
  ...more,
  terms: {
    fields: [{ pointer: '/number', use: 'read' as const }],
    basis: { type: 'consent' as const },
    scenario: { zh: '测试', en: 'test' },
    method: 'service-interface' as const,
    ...terms,
  },
})
const consent = (more: Partial<ConsentInForce> = {}): ConsentInForce => ({
  id: 'C1',
  subject,
  department: 'natural-resources',
  purpose: 'transfer',
  state: 'active',
  validFrom: at(-5),
  validUntil: at(5),
  datasets: { [dataset.id]: ['/number'] },
  used: 0,
  periodUsed: 0,
  ...more,
})
const codeOf = (asked: Ask, agreements: AgreementInForce[], consents: ConsentInForce[], of = dataset) => {
  const decision = decide(asked, of, { agreements, consents }, now)
  return decision.decision === 'refuse' ? decision.code : 'PERMIT'
}
const { case: _case, ...withoutCase } = ask
const { official: _official, ...withoutOfficial } = ask
const { matter: _matter, ...withoutMatter } = ask
const inForce = agreement()

const duty = { type: 'statutory-duty', provision: '《刑事诉讼法》第五十四条' } as const
const confidentiality = { provision: '《刑事诉讼法》第一百五十二条', days: 30 }
/** Thirty days after `now` by the city's calendar. */
const secret: Ask = { ...ask, confidentialUntil: '2026-04-01' }
const secretly = agreement({}, { basis: duty, confidentiality })
const waived = { case: false, official: false }

const refusals: [RefusalCode | 'PERMIT', string, Ask, AgreementInForce[], ConsentInForce[]][] = [
  ['PERMIT', 'agreement and consent in force', ask, [inForce], [consent()]],
  ['AGREEMENT_MISSING', 'no agreement', ask, [], [consent()]],
  ['AGREEMENT_MISSING', 'a draft is none', ask, [agreement({ state: 'draft' })], [consent()]],
  ['AGREEMENT_MISSING', 'a rejected one is none', ask, [agreement({ state: 'rejected' })], [consent()]],
  ['AGREEMENT_MISSING', 'of another department', ask, [agreement({ department: 'taxation' })], [consent()]],
  ['AGREEMENT_PENDING', 'submitted', ask, [agreement({ state: 'submitted' })], [consent()]],
  ['AGREEMENT_PENDING', 'not begun', ask, [agreement({ validFrom: at(1) })], [consent()]],
  ['AGREEMENT_SUSPENDED', 'suspended', ask, [agreement({ state: 'suspended' })], [consent()]],
  ['AGREEMENT_TERMINATED', 'terminated', ask, [agreement({ state: 'terminated' })], [consent()]],
  ['AGREEMENT_EXPIRED', 'over since now', ask, [agreement({ validUntil: now })], [consent()]],
  ['AGREEMENT_EXPIRED', 'suspended and over', ask, [agreement({ state: 'suspended', validUntil: now })], [consent()]],
  ['PURPOSE_NOT_COVERED', 'another purpose', { ...ask, purpose: 'audit' }, [inForce], [consent()]],
  ['MATTER_NOT_COVERED', 'another matter', ask, [agreement({}, { matters: ['other'] })], [consent()]],
  ['MATTER_NOT_COVERED', 'no matter named', withoutMatter, [agreement({}, { matters: ['transfer'] })], [consent()]],
  ['CASE_REQUIRED', 'no case', withoutCase, [inForce], [consent()]],
  [
    'PERMIT',
    'case not demanded',
    withoutCase,
    [agreement({}, { demands: { case: false, official: true } })],
    [consent()],
  ],
  ['OFFICIAL_REQUIRED', 'no official', withoutOfficial, [inForce], [consent()]],
  ['PERMIT', 'confidential for as long as agreed', secret, [secretly], []],
  ['CONFIDENTIALITY_NOT_COVERED', 'for a day longer', { ...ask, confidentialUntil: '2026-04-02' }, [secretly], []],
  ['CONFIDENTIALITY_NOT_COVERED', 'not agreed', secret, [agreement({}, { basis: duty })], []],
  ['CONFIDENTIALITY_NOT_COVERED', 'resting on consent', secret, [agreement({}, { confidentiality })], [consent()]],
  [
    'CASE_REQUIRED',
    'confidential without case, waived or not',
    { ...withoutCase, confidentialUntil: '2026-03-05' },
    [agreement({}, { basis: duty, confidentiality, demands: waived })],
    [],
  ],
  [
    'OFFICIAL_REQUIRED',
    'confidential without official, waived or not',
    { ...withoutOfficial, confidentialUntil: '2026-03-05' },
    [agreement({}, { basis: duty, confidentiality, demands: waived })],
    [],
  ],
  ['FIELD_UNKNOWN', 'no such field', { ...ask, fields: ['/nothing'] }, [inForce], [consent()]],
  [
    'FIELD_UNKNOWN',
    'claim on no field',
    { ...ask, claims: [{ field: '/nothing', present: true }] },
    [inForce],
    [consent()],
  ],
  ['FIELD_NOT_COVERED', 'a field beyond the agreement', { ...ask, fields: ['/income'] }, [inForce], [consent()]],
  ['CONSENT_MISSING', 'no consent', ask, [inForce], []],
  ['CONSENT_MISSING', 'for another department', ask, [inForce], [consent({ department: 'taxation' })]],
  ['CONSENT_MISSING', 'for another purpose', ask, [inForce], [consent({ purpose: 'audit' })]],
  [
    'CONSENT_MISSING',
    'of somebody else',
    ask,
    [inForce],
    [consent({ subject: { type: 'person', id: '440524188001010014' } })],
  ],
  ['CONSENT_MISSING', 'for another field', ask, [inForce], [consent({ datasets: { [dataset.id]: ['/income'] } })]],
  [
    'CONSENT_MISSING',
    'for another dataset',
    ask,
    [inForce],
    [consent({ datasets: { 'taxation.other': ['/number'] } })],
  ],
  ['CONSENT_REQUESTED', 'not answered', ask, [inForce], [consent({ state: 'requested' })]],
  ['CONSENT_DECLINED', 'declined', ask, [inForce], [consent({ state: 'declined' })]],
  ['CONSENT_PENDING', 'not begun', ask, [inForce], [consent({ validFrom: at(1) })]],
  ['CONSENT_PAUSED', 'paused', ask, [inForce], [consent({ state: 'paused' })]],
  ['CONSENT_WITHDRAWN', 'withdrawn', ask, [inForce], [consent({ state: 'withdrawn' })]],
  ['CONSENT_EXPIRED', 'over since now', ask, [inForce], [consent({ validUntil: now })]],
  ['CONSENT_LAPSED', 'came of age', ask, [inForce], [consent({ lapsesAt: now })]],
  ['CONSENT_USED_UP', 'used up', ask, [inForce], [consent({ uses: 2, used: 2 })]],
  [
    'CONSENT_TOO_FREQUENT',
    'used today',
    ask,
    [inForce],
    [consent({ frequency: { uses: 1, per: 'day' }, periodStart: new Date('2026-03-01T16:00:00Z'), periodUsed: 1 })],
  ],
  [
    'PERMIT',
    'used yesterday',
    ask,
    [inForce],
    [consent({ frequency: { uses: 1, per: 'day' }, periodStart: new Date('2026-02-28T16:00:00Z'), periodUsed: 1 })],
  ],
  [
    'CONSENT_REQUESTED',
    'the newest speaks',
    ask,
    [inForce],
    [consent({ state: 'withdrawn' }), consent({ id: 'C2', state: 'requested' })],
  ],
  ['PERMIT', 'an older one still holds', ask, [inForce], [consent(), consent({ id: 'C2', state: 'declined' })]],
]

test.each(refusals)('%s: %s', (code, _why, asked, agreements, consents) => {
  expect(codeOf(asked, agreements, consents)).toBe(code)
})

test('what a law withholds no agreement opens', () => {
  const withheld = { ...dataset, sharing: { type: 'withheld' as const, law: '《税收征收管理法》' } }
  expect(codeOf(ask, [inForce], [consent()], withheld)).toBe('DATASET_WITHHELD')
})

test('a dataset about persons is not asked about organisations', () => {
  const company = { ...ask, subject: { type: 'organisation' as const, id: '91350100M000100Y43' } }
  expect(codeOf(company, [inForce], [consent()])).toBe('SUBJECT_TYPE_MISMATCH')
})

test('a department reads its own data without an agreement, and the basis says so', () => {
  const own = { ...withoutCase, caller: { department: 'civil-affairs', system: 'civil-affairs/registry' } }
  expect(decide(own, dataset, { agreements: [], consents: [] }, now)).toMatchObject({
    decision: 'permit',
    basis: { type: 'own-data' },
  })
})

describe('fields', () => {
  test('those of a duty and those of a consent come together, each on its own basis', () => {
    const duty = agreement(
      { id: 'A2' },
      {
        fields: [{ pointer: '/holder/name', use: 'read' }],
        basis: { type: 'statutory-duty', provision: '《条例》第一条' },
      },
    )
    const decision = decide(
      { ...ask, fields: ['/number', '/holder/name', '/income'] },
      dataset,
      { agreements: [inForce, duty], consents: [consent()] },
      now,
    )
    expect(decision).toMatchObject({
      decision: 'permit',
      bases: [
        { type: 'consent', agreement: 'A1', consent: 'C1' },
        { type: 'statutory-duty', agreement: 'A2', provision: '《条例》第一条' },
      ],
      fields: [
        { pointer: '/number', use: 'read' },
        { pointer: '/holder/name', use: 'read' },
      ],
      withheldFields: [{ pointer: '/income', code: 'FIELD_NOT_COVERED' }],
    })
  })

  test('a field whose consent is missing is withheld with that reason', () => {
    const duty = agreement(
      { id: 'A2' },
      {
        fields: [{ pointer: '/holder/name', use: 'read' }],
        basis: { type: 'statutory-duty', provision: '《条例》第一条' },
      },
    )
    const decision = decide(
      { ...ask, fields: ['/number', '/holder/name'] },
      dataset,
      { agreements: [inForce, duty], consents: [] },
      now,
    )
    expect(decision).toMatchObject({ withheldFields: [{ pointer: '/number', code: 'CONSENT_MISSING' }] })
  })

  test('what is to be verified only is never released, and what is masked is never verified', () => {
    const terms = agreement(
      {},
      {
        fields: [
          { pointer: '/income', use: 'verify' },
          { pointer: '/validFrom', use: 'mask', mask: 'year-only' },
        ],
        basis: { type: 'statutory-duty', provision: '《条例》第一条' },
      },
    )
    const claims = [
      { field: '/income', atLeast: 100 },
      { field: '/validFrom', onOrAfter: '2026-01-01' },
    ]
    const decision = decide(
      { ...ask, fields: ['/income', '/validFrom'], claims },
      dataset,
      { agreements: [terms], consents: [] },
      now,
    )
    expect(decision).toMatchObject({
      fields: [{ pointer: '/validFrom', use: 'mask', mask: 'year-only' }],
      claims: [{ field: '/income', atLeast: 100 }],
      withheldFields: [
        { pointer: '/income', code: 'FIELD_NOT_COVERED' },
        { pointer: '/validFrom', code: 'FIELD_NOT_COVERED' },
      ],
    })
  })

  test('an unlimited consent is used before one with limited uses', () => {
    const consents = [consent({ uses: 5 }), consent({ id: 'C2' })]
    expect(decide(ask, dataset, { agreements: [inForce], consents }, now)).toMatchObject({ basis: { consent: 'C2' } })
  })

  test('the narrowest range of data and the shortest life bind the whole answer', () => {
    const duty = agreement(
      { id: 'A2' },
      {
        fields: [{ pointer: '/holder/name', use: 'read' }],
        basis: { type: 'statutory-duty', provision: '《条例》第一条' },
        dataLife: 'P2M',
      },
    )
    const given = consent({ dataRange: { from: '2020-01-01' }, dataLife: 'P30D' })
    const decision = decide(
      { ...ask, fields: ['/number', '/holder/name'] },
      dataset,
      { agreements: [inForce, duty], consents: [given] },
      now,
    )
    expect(decision).toMatchObject({ dataRange: { from: '2020-01-01' }, dataLife: 'P30D' })
  })
})

test('every refusal has a sentence and a way out in both languages', () => {
  for (const [code, { en, zh }] of Object.entries(waysOut)) {
    const sentence = failures[code as RefusalCode]
    expect([code, sentence.en, sentence.zh, en, zh].filter(text => text.length < 2)).toEqual([])
    expect(`${sentence.zh}${zh}`).toMatch(/[\u4e00-\u9fff]/)
  }
})
