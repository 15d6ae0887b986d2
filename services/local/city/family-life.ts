/** Weddings, divorces, births. */
import { dayNumber, dayOf, plusDays, plusYears } from './days.ts'
import { asOf, type Birth, type Household, type Marriage } from './facts.ts'
import type { Family } from './household.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

/** Of marriages in one neighbourhood. */
const mostMarriages = 10
/** Birth certificates of one form for the whole country were introduced on this day. */
const birthCertificatesSince = '1996-01-01'

/** One for each couple, and sometimes a dissolved one between those who live alone. */
export function marriagesOf(families: Family[], alone: Household[], index: number, random: Random): Marriage[] {
  const first = index * mostMarriages
  const marriages = families.map((family, place) => ({
    number: first + place,
    husband: family.husband,
    wife: family.wife,
    registeredOn: weddingDay(family, random),
    ended: false,
  }))
  const dissolved = dissolvedMarriage(alone, first + families.length, random)
  return dissolved ? [...marriages, dissolved] : marriages
}

const latest = (...days: string[]) => days.toSorted().at(-1)!
const earliest = (...days: string[]) => days.toSorted()[0]!

/** From 22 years for men and 20 for women (Civil Code, Art 1047). */
const marriageable = (husband: Person, wife: Person) =>
  latest(plusYears(husband.birthDate, 22), plusYears(wife.birthDate, 20))

function weddingDay({ husband, wife, children }: Family, random: Random): string {
  const from = marriageable(husband, wife)
  const firstChild = earliest(asOf, ...children.map(child => child.birthDate))
  const until = earliest(plusDays(firstChild, -280), plusYears(from, 8), plusDays(asOf, -30))
  return until <= from ? from : dayOf(random.between(dayNumber(from), dayNumber(until)))
}

function dissolvedMarriage(alone: Household[], number: number, random: Random): Marriage | undefined {
  const [one, other] = alone.map(household => household.members[0]!.person)
  if (!one || !other || one.sex === other.sex || random.chance(0.5)) return undefined
  const [husband, wife] = one.sex === 'male' ? [one, other] : [other, one]
  const registeredOn = plusDays(marriageable(husband, wife), random.between(0, 1000))
  return registeredOn < plusYears(asOf, -1) ? { number, husband, wife, registeredOn, ended: true } : undefined
}

/** The birth of every child who lives with its parents and is young enough to have a certificate. */
export const registeredBirths = (families: Family[]): Birth[] =>
  families.flatMap(({ husband, wife, children }) =>
    children
      .filter(child => child.birthDate >= birthCertificatesSince)
      .map(child => ({ number: child.number, child, mother: wife, father: husband })),
  )
