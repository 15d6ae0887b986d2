/** Grants that the subject's consents add to agreements that rest on consent. */
import { isSameSubject } from '../../../contract/subject.ts'
import type { AgreedField, AgreementInForce } from '../agreement/agreement.ts'
import { type ConsentInForce, isLimited, type Usability, usabilityOf } from '../consent/consent.ts'
import type { Ask } from './decision.ts'
import type { Grant } from './permit.ts'
import type { RefusalCode } from './refusal.ts'

/** A grant for each usable consent: unlimited ones first, so that a use is only spent where it must be. */
export function consentGrants(
  ask: Ask,
  { id, terms }: AgreementInForce,
  consents: readonly ConsentInForce[],
  now: Date,
): Grant[] {
  const usable = consents.filter(consent => speaksOf(consent, ask) && usabilityOf(consent, now) === 'usable')
  return usable.sort(unlimitedFirst).map(consent => {
    const { dataRange, dataLife = terms.dataLife } = consent
    return {
      basis: { agreement: id, consent: consent.id, type: 'consent' },
      fields: terms.fields.filter(({ pointer }) => consent.datasets[ask.dataset]!.includes(pointer)),
      ...(dataRange && { dataRange }),
      ...(dataLife && { dataLife }),
    }
  })
}

const speaksOf = ({ subject, department, purpose, datasets }: ConsentInForce, ask: Ask): boolean =>
  isSameSubject(subject, ask.subject) &&
  department === ask.caller.department &&
  purpose === ask.purpose &&
  Object.hasOwn(datasets, ask.dataset)

const unlimitedFirst = (one: ConsentInForce, other: ConsentInForce) =>
  Number(isLimited(one)) - Number(isLimited(other)) || one.validUntil.getTime() - other.validUntil.getTime()

/** Why a field is not released: where no agreement has it, that; else what its newest consent (by ULID) says. */
export function consentReason(
  ask: Ask,
  mayUse: { pointer: string; allows: (field: AgreedField) => boolean },
  { agreements, consents }: { agreements: readonly AgreementInForce[]; consents: readonly ConsentInForce[] },
  now: Date,
): RefusalCode {
  const agreed = ({ terms }: AgreementInForce) =>
    terms.fields.some(field => field.pointer === mayUse.pointer && mayUse.allows(field))
  if (!agreements.some(agreed)) return 'FIELD_NOT_COVERED'
  const newest = consents
    .filter(consent => speaksOf(consent, ask) && consent.datasets[ask.dataset]!.includes(mayUse.pointer))
    .reduce<ConsentInForce | undefined>((best, next) => (best && best.id > next.id ? best : next), undefined)
  return newest ? codes[usabilityOf(newest, now)] : 'CONSENT_MISSING'
}

const codes: Record<Usability, RefusalCode> = {
  usable: 'FIELD_NOT_COVERED',
  requested: 'CONSENT_REQUESTED',
  declined: 'CONSENT_DECLINED',
  pending: 'CONSENT_PENDING',
  paused: 'CONSENT_PAUSED',
  withdrawn: 'CONSENT_WITHDRAWN',
  expired: 'CONSENT_EXPIRED',
  lapsed: 'CONSENT_LAPSED',
  'used-up': 'CONSENT_USED_UP',
  'too-frequent': 'CONSENT_TOO_FREQUENT',
}
