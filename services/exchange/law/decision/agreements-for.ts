/** Which agreements speak for an ask. */
import { cityDayOf } from '../../../contract/city-time.ts'
import { type AgreementInForce, standingOf } from '../agreement/agreement.ts'
import type { Ask } from './decision.ts'
import type { RefusalCode } from './refusal.ts'

/** Those in force that cover caller, dataset, purpose, matter and stated case; or the nearest reason why none does. */
export function agreementsFor(
  ask: Ask,
  agreements: readonly AgreementInForce[],
  now: Date,
): AgreementInForce[] | RefusalCode {
  const named = agreements.filter(agreement => isBetween(agreement, ask) && wasAgreedOrAsked(agreement))
  if (named.length === 0) return 'AGREEMENT_MISSING'
  // Order 809, Art 25: no other purpose and no wider scope than agreed.
  const purposed = named.filter(({ purpose }) => purpose === ask.purpose)
  if (purposed.length === 0) return 'PURPOSE_NOT_COVERED'
  const active = purposed.filter(agreement => standingOf(agreement, now) === 'active')
  if (active.length === 0) return reasonFor(purposed, now)
  const within = active.filter(({ terms }) => !terms.matters || (ask.matter && terms.matters.includes(ask.matter)))
  if (within.length === 0) return 'MATTER_NOT_COVERED'
  const open = within.filter(agreement => allowsSecrecy(agreement, ask, now))
  if (open.length === 0) return 'CONFIDENTIALITY_NOT_COVERED'
  const secret = ask.confidentialUntil !== undefined
  const cased = open.filter(({ terms }) => ask.case || (terms.demands?.case === false && !secret))
  if (cased.length === 0) return 'CASE_REQUIRED'
  const signed = cased.filter(({ terms }) => ask.official || (terms.demands?.official === false && !secret))
  return signed.length === 0 ? 'OFFICIAL_REQUIRED' : signed
}

const isBetween = ({ department, dataset }: AgreementInForce, ask: Ask): boolean =>
  department === ask.caller.department && dataset === ask.dataset

const wasAgreedOrAsked = ({ state }: AgreementInForce): boolean => state !== 'draft' && state !== 'rejected'

/** Reports the easiest reason to fix. */
function reasonFor(agreements: readonly AgreementInForce[], now: Date): RefusalCode {
  const standings = new Set(agreements.map(agreement => standingOf(agreement, now)))
  if (standings.has('suspended')) return 'AGREEMENT_SUSPENDED'
  const pending = standings.has('approved') || standings.has('submitted') || standings.has('supplement-asked')
  if (pending) return 'AGREEMENT_PENDING'
  return standings.has('expired') ? 'AGREEMENT_EXPIRED' : 'AGREEMENT_TERMINATED'
}

const dayLength = 86_400_000

/** Whether the access may be kept from the subject for as long as the ask wants (PIPL, Art 18 and 35): never a consented one. */
function allowsSecrecy({ terms }: AgreementInForce, { confidentialUntil }: Ask, now: Date): boolean {
  if (confidentialUntil === undefined) return true
  if (terms.basis.type !== 'statutory-duty' || !terms.confidentiality) return false
  return confidentialUntil <= cityDayOf(new Date(now.getTime() + terms.confidentiality.days * dayLength))
}
