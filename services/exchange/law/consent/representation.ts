/**
 * Who may act for whom: a guardian for a minor until they come of age (Civil Code, Art 17 to 23), a legal representative for
 * an organisation (Art 61), the holder of a power of attorney until it ends (Art 161 to 165).
 */
import { startOfCityDay } from '../../../contract/city-time.ts'
import { birthDateIn } from '../../../contract/formats/person-id.ts'
import type { Subject } from '../../../contract/subject.ts'

export const representationKinds = ['guardian', 'legal-representative', 'power-of-attorney'] as const
type RepresentationKind = (typeof representationKinds)[number]

export type Representation = {
  id: string
  kind: RepresentationKind
  subject: Subject
  /** Always a person. */
  representative: Subject
  validFrom: Date
  validUntil?: Date
  /** Where the paper that proves it lies, and the department that looked at it. */
  evidence: string
  department: string
  endedAt?: Date
}

const ageOfMajority = 18

/**
 * The first instant at which a person is of age; undefined where their id tells no birth date (a passport). Who was born on
 * 29 February comes of age on 1 March.
 */
export function majorityOf({ type, id }: Subject): Date | undefined {
  const born = type === 'person' ? birthDateIn(id) : undefined
  return born === undefined ? undefined : majorityOfBirth(born)
}

function majorityOfBirth(birthDate: string): Date {
  const [year = 0, month = 0, day = 0] = birthDate.split('-').map(Number)
  const birthday = new Date(Date.UTC(year + ageOfMajority, month - 1, day)).toISOString().slice(0, 10)
  return startOfCityDay(birthday)
}

/** By the id. Somebody whose id tells no birth date is not known to be a minor. */
export const isMinor = (subject: Subject, now: Date): boolean => {
  const majority = majorityOf(subject)
  return majority !== undefined && now < majority
}

/** Whether the id tells that the subject may act alone; an organisation always does. */
export const isOfAge = (subject: Subject, now: Date, birthDate?: string): boolean => {
  if (subject.type === 'organisation') return true
  const majority = majorityOf(subject) ?? (birthDate === undefined ? undefined : majorityOfBirth(birthDate))
  return majority !== undefined && now >= majority
}

export function isInForce(representation: Representation, now: Date): boolean {
  const { kind, subject, validFrom, validUntil, endedAt } = representation
  if (endedAt || now < validFrom || (validUntil && now >= validUntil)) return false
  return kind !== 'guardian' || isMinor(subject, now) || majorityOf(subject) === undefined
}

/** A guardian acts for a person, a legal representative for an organisation, an attorney for either. */
export const fitsSubject = (kind: RepresentationKind, { type }: Subject): boolean =>
  kind === 'power-of-attorney' || (kind === 'guardian') === (type === 'person')
