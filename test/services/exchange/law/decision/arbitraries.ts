/** Asks, agreements and consents out of small worlds, so that they often fit each other and often just fail to. */
import fc from 'fast-check'
import type { AgreedField, AgreementInForce } from '../../../../../services/exchange/law/agreement/agreement.ts'
import { agreementStates } from '../../../../../services/exchange/law/agreement/state.ts'
import type { Dataset } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import type { ConsentInForce } from '../../../../../services/exchange/law/consent/consent.ts'
import type { Claim } from '../../../../../services/exchange/law/decision/claim.ts'
import type { Ask } from '../../../../../services/exchange/law/decision/decision.ts'
import { datasetOf } from '../../../../support/city-department.ts'

export const now = new Date('2026-03-02T02:00:00Z')
export const dataset = datasetOf('civil-affairs', {
  sharing: { type: 'conditional', scope: { zh: '全市', en: 'all' }, use: { zh: '办事', en: 'services' } },
})
const pointers = dataset.fields.map(({ pointer }) => pointer)

const usually = <T>(value: T, ...others: T[]) =>
  fc.oneof({ weight: 6, arbitrary: fc.constant(value) }, fc.constantFrom(...others))
const department = usually('natural-resources', 'taxation')
const purpose = usually('transfer', 'audit')
const subject = usually<Ask['subject']>(
  { type: 'person', id: '11010519491231002X' },
  { type: 'person', id: '440524188001010014' },
)
const moment = fc.integer({ min: -20, max: 20 }).map(days => new Date(now.getTime() + days * 86_400_000))
const some = fc.uniqueArray(fc.constantFrom(...pointers), { minLength: 1, maxLength: pointers.length })
const optional = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: undefined })

/** Leaves out what is undefined: an absent member and an undefined one mean the same to nobody. */
const compact = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T

const claim: fc.Arbitrary<Claim> = fc.constantFrom(...pointers).map(field => ({ field, present: true }))

const ask: fc.Arbitrary<Ask> = fc
  .record({
    caller: department.map(id => ({ department: id, system: `${id}/office` })),
    subject,
    dataset: fc.constant(dataset.id),
    purpose,
    fields: optional(some),
    claims: optional(fc.array(claim, { minLength: 1, maxLength: 3 })),
    matter: optional(usually('transfer', 'other')),
    case: optional(fc.constant('2026-1')),
    official: optional(fc.constant('u-1')),
    confidentialUntil: usually(undefined, '2026-03-10', '2026-06-01'),
  })
  .map(compact) as fc.Arbitrary<Ask>

const agreedField = (pointer: string): fc.Arbitrary<AgreedField> =>
  fc.constantFrom<AgreedField>(
    { pointer, use: 'read' },
    { pointer, use: 'verify' },
    { pointer, use: 'mask', mask: 'year-only' },
  )

const agreement: fc.Arbitrary<AgreementInForce> = fc
  .record({
    id: fc.uuid(),
    dataset: usually(dataset.id, 'civil-affairs.other'),
    department,
    purpose,
    state: usually<AgreementInForce['state']>('active', ...agreementStates),
    validFrom: fc.oneof({ weight: 5, arbitrary: fc.constant(new Date(0)) }, moment),
    validUntil: fc.oneof({ weight: 5, arbitrary: fc.constant(new Date('2030-01-01')) }, moment),
    fields: some.chain(chosen => fc.tuple(...chosen.map(agreedField))),
    basis: fc.constantFrom<AgreementInForce['terms']['basis']>(
      { type: 'consent' },
      { type: 'statutory-duty', provision: '《不动产登记暂行条例》第二十五条' },
    ),
    demands: optional(fc.record({ case: fc.boolean(), official: fc.boolean() })),
    matters: optional(fc.constant(['transfer'])),
    confidentiality: optional(fc.constant({ provision: '《刑事诉讼法》', days: 30 })),
  })
  .map(({ fields, basis, demands, matters, confidentiality, ...rest }) => ({
    ...rest,
    terms: compact({
      fields,
      basis,
      demands,
      matters,
      confidentiality,
      scenario: { zh: '测试', en: 'test' },
      method: 'service-interface' as const,
    }) as AgreementInForce['terms'],
  }))

const consent: fc.Arbitrary<ConsentInForce> = fc
  .record({
    id: fc.ulid(),
    subject,
    department,
    purpose,
    state: usually<ConsentInForce['state']>('active', 'requested', 'declined', 'paused', 'withdrawn'),
    validFrom: fc.oneof({ weight: 5, arbitrary: fc.constant(new Date(0)) }, moment),
    validUntil: fc.oneof({ weight: 5, arbitrary: fc.constant(new Date('2030-01-01')) }, moment),
    fields: some,
    uses: optional(fc.integer({ min: 1, max: 3 })),
    used: fc.integer({ min: 0, max: 3 }),
    frequency: optional(fc.constant({ uses: 2, per: 'day' as const })),
    periodStart: optional(fc.constant(new Date('2026-03-01T16:00:00Z'))),
    periodUsed: fc.integer({ min: 0, max: 2 }),
    lapsesAt: optional(moment),
  })
  .map(({ fields, ...rest }) =>
    compact({ ...rest, datasets: { [dataset.id]: fields } }),
  ) as fc.Arbitrary<ConsentInForce>

export type World = { ask: Ask; agreements: AgreementInForce[]; consents: ConsentInForce[]; dataset: Dataset }

export const world: fc.Arbitrary<World> = fc.record({
  ask,
  agreements: fc.array(agreement, { maxLength: 4 }),
  consents: fc.array(consent, { maxLength: 4 }),
  dataset: fc.constant(dataset),
})
