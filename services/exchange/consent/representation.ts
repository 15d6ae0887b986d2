/**
 * Who may act for whom: a guardian for a minor until they come of age (Civil Code, Art 17 to 23), a legal representative for
 * an organisation (Art 61), the holder of a power of attorney until it ends (Art 161 to 165).
 */
import { startOfCityDay } from '../../contract/city-time.ts'
import { birthDateOf } from '../../contract/formats/resident-id.ts'
import type { Subject } from '../../contract/subject.ts'

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

/** The first instant at which a person is of age. Who was born on 29 February comes of age on 1 March. */
export function majorityOf(personId: string): Date {
  const [year = 0, month = 0, day = 0] = birthDateOf(personId).split('-').map(Number)
  const birthday = new Date(Date.UTC(year + ageOfMajority, month - 1, day)).toISOString().slice(0, 10)
  return startOfCityDay(birthday)
}

export const isMinor = ({ type, id }: Subject, now: Date): boolean => type === 'person' && now < majorityOf(id)

export function isInForce(representation: Representation, now: Date): boolean {
  const { kind, subject, validFrom, validUntil, endedAt } = representation
  if (endedAt || now < validFrom || (validUntil && now >= validUntil)) return false
  return kind !== 'guardian' || isMinor(subject, now)
}

/** A guardian acts for a person, a legal representative for an organisation, an attorney for either. */
export const fitsSubject = (kind: RepresentationKind, { type }: Subject): boolean =>
  kind === 'power-of-attorney' || (kind === 'guardian') === (type === 'person')
