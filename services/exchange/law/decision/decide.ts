/**
 * The sharing law, applied to one ask: a pure function of the caller's rights (catalogue entry, agreements, consents) and
 * the clock. It never learns whether a record exists (promise 6). Deny by default: a field is released only if some basis
 * in force covers it.
 */
import type { AgreementInForce } from '../agreement/agreement.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { ConsentInForce } from '../consent/consent.ts'
import { agreementsFor } from './agreements-for.ts'
import { consentGrants, consentReason } from './consent-grants.ts'
import type { Ask, Decision } from './decision.ts'
import { type Grant, permit } from './permit.ts'
import { refuseWith } from './refusal.ts'

/** Rights that are held; those that do not concern the ask are passed over. */
export type Held = { agreements: readonly AgreementInForce[]; consents: readonly ConsentInForce[] }

export function decide(ask: Ask, dataset: Dataset, { agreements, consents }: Held, now: Date): Decision {
  if (!dataset.subjects.some(({ type }) => type === ask.subject.type)) return refuseWith('SUBJECT_TYPE_MISMATCH')
  if (asksUnknownField(ask, dataset)) return refuseWith('FIELD_UNKNOWN')
  // No agreement says that a department may hide how it uses its own data.
  const isOwn = dataset.department === ask.caller.department
  if (isOwn && ask.confidentialUntil !== undefined) return refuseWith('CONFIDENTIALITY_NOT_COVERED')
  if (isOwn) return permit(ask, dataset, [ownData(dataset)], notCovered)
  // Order 809, Art 14–15: what a law withholds, no agreement can share.
  if (dataset.sharing.type === 'withheld') return refuseWith('DATASET_WITHHELD')
  const usable = agreementsFor(ask, agreements, now)
  if (typeof usable === 'string') return refuseWith(usable)
  const consented = usable.filter(({ terms }) => terms.basis.type === 'consent')
  // Duty before consent: what the law allows anyway must not use up a consent.
  const grants = usable.flatMap(dutyGrant)
  for (const agreement of consented) grants.push(...consentGrants(ask, agreement, consents, now))
  return permit(ask, dataset, grants, field => consentReason(ask, field, { agreements: consented, consents }, now))
}

function asksUnknownField({ fields = [], claims = [] }: Ask, dataset: Dataset): boolean {
  const unknown = (pointer: string) => !dataset.fields.some(field => field.pointer === pointer)
  return fields.some(unknown) || claims.some(claim => unknown(claim.field))
}

const ownData = (dataset: Dataset): Grant => ({
  basis: { type: 'own-data' },
  fields: dataset.fields.map(({ pointer }) => ({ pointer, use: 'read' })),
})

const notCovered = () => 'FIELD_NOT_COVERED' as const

function dutyGrant({ id, terms }: AgreementInForce): Grant[] {
  if (terms.basis.type !== 'statutory-duty') return []
  const { provision } = terms.basis
  return [
    {
      basis: { agreement: id, provision, type: 'statutory-duty' },
      fields: terms.fields,
      ...(terms.dataLife && { dataLife: terms.dataLife }),
    },
  ]
}
