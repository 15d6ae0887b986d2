/** A consent (授权同意): a subject lets a department use named fields of named datasets for a purpose, within limits. */
import type { Subject } from '../../contract/subject.ts'
import type { DataRange } from '../decision/decision.ts'
import { frequencyStanding, type PeriodUnit } from './frequency.ts'

export const consentStates = [
  'requested',
  'active',
  'declined',
  'paused',
  'withdrawn',
  'expired',
  'lapsed',
  'used-up',
] as const
export type ConsentState = (typeof consentStates)[number]

export type Frequency = { uses: number; per: PeriodUnit }

/** As far as a decision needs it. Instants are half open, as in agreements. */
export type ConsentInForce = {
  id: string
  subject: Subject
  /** The receiving department. */
  department: string
  purpose: string
  /** As stored; `standingOf` says what it means now. */
  state: ConsentState
  validFrom: Date
  validUntil: Date
  /** Field pointers by dataset. */
  datasets: Record<string, string[]>
  dataRange?: DataRange
  dataLife?: string
  /** At most so many uses; unlimited where absent. */
  uses?: number
  used: number
  frequency?: Frequency
  /** The period that the last use fell into. */
  periodStart?: Date
  periodUsed: number
  /** Given by a guardian: the day on which the subject comes of age, from when it waits for their own confirmation. */
  lapsesAt?: Date
}

export const isLimited = ({ uses, frequency }: Pick<ConsentInForce, 'uses' | 'frequency'>): boolean =>
  uses !== undefined || frequency !== undefined

/** What the consent is at this moment, limits of use included; frequency alone is no state (see `mayBeUsed`). */
export function standingOf(consent: ConsentInForce, now: Date): ConsentState {
  const { state, validUntil, lapsesAt, uses, used } = consent
  const lives = state === 'active' || state === 'paused' || state === 'requested'
  if (!lives) return state
  if (now >= validUntil) return 'expired'
  if (state === 'requested') return state
  if (lapsesAt && now >= lapsesAt) return 'lapsed'
  if (uses !== undefined && used >= uses) return 'used-up'
  return state
}

export type Usability = Exclude<ConsentState, 'active'> | 'usable' | 'pending' | 'too-frequent'

export function usabilityOf(consent: ConsentInForce, now: Date): Usability {
  const standing = standingOf(consent, now)
  if (standing !== 'active') return standing
  if (now < consent.validFrom) return 'pending'
  const { frequency } = consent
  if (frequency && frequencyStanding(consent, frequency.per, now).used >= frequency.uses) return 'too-frequent'
  return 'usable'
}

/** The consent after one more use at this moment. */
export function usedOnce(consent: ConsentInForce, now: Date): ConsentInForce {
  if (!consent.frequency) return { ...consent, used: consent.used + 1 }
  const { start, used } = frequencyStanding(consent, consent.frequency.per, now)
  return { ...consent, used: consent.used + 1, periodStart: start, periodUsed: used + 1 }
}
