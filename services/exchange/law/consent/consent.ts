/** A consent (授权同意): a subject lets a department use named fields of named datasets for a purpose, within limits. */
import type { Subject } from '../../../contract/subject.ts'
import type { Evidence } from './evidence.ts'
import { frequencyStanding, type PeriodUnit } from './frequency.ts'

/** Only records valid at some time within the range (ISO dates, inclusive) may be released. */
export type DataRange = { from?: string; until?: string }

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

/** How it was given: on the console, at a counter (where the paper lies there), or by somebody with the right to act. */
export type Collection = {
  method: 'console' | 'counter' | 'representative'
  /** A text where it was recorded before 2026-12. */
  evidence?: Evidence | string
  /** The system or person of the department that recorded it at its counter. */
  recordedBy?: string
  representation?: string
}

/** The part of the artefact that no decision needs. */
type Artefact = {
  purposeText: Both
  language: 'zh' | 'en'
  /** The text that the subject was shown, word for word. */
  notice: string
  dataRange?: DataRange
  /** ISO 8601 duration that the receiver keeps the data. */
  dataLife?: string
  /** Absent until it is given. */
  collection?: Collection
  /** The person who gave it for the subject. */
  givenBy?: Subject
  /** The system that asked for it. */
  requestedBy?: string
}
export type Both = { zh: string; en: string }

export type ConsentStep = {
  step: 'request' | 'give' | 'approve' | 'decline' | 'pause' | 'resume' | 'withdraw' | 'object'
  at: string
  by: 'subject' | 'representative' | 'department'
  /** The signed form, if it was done at a counter. */
  evidence?: Evidence | string
}

/** The whole of it. */
export type Consent = Omit<ConsentInForce, 'dataRange' | 'dataLife'> & {
  artefact: Artefact
  lastUsedAt?: Date
  /** Counts the steps, so that two copies can be told apart. */
  version: number
  history: ConsentStep[]
  createdAt: Date
  updatedAt: Date
}

export const isLimited = ({ uses, frequency }: Pick<ConsentInForce, 'uses' | 'frequency'>): boolean =>
  uses !== undefined || frequency !== undefined

/** The state of the consent at this moment, limits of use included; frequency alone is no state (see `mayBeUsed`). */
export function standingOf(consent: Omit<ConsentInForce, 'dataRange' | 'dataLife'>, now: Date): ConsentState {
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
