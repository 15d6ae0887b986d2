import { ageOn, plusYears, yearOf } from '../days.ts'
import { type Address, asOf, type Household, type Neighbourhood, peopleOf } from '../facts.ts'
import type { Person } from '../person.ts'
import { districtOf } from '../places.ts'
import { type CityRecord, issued, issuer, licenceId, nameAndId, padded } from './record.ts'

const identity = 'public-security.resident-identity'
const register = 'public-security.household-register'
const permit = 'public-security.residence-permit'

const bureau = ({ divisionCode }: Address) =>
  `上海市公安局${districtOf(divisionCode).name.replace(/(新区|区)$/, '')}分局`

export function publicSecurityRecords(neighbourhood: Neighbourhood): CityRecord[] {
  const { households } = neighbourhood
  const adults = peopleOf(neighbourhood).filter(person => ageOn(asOf, person.birthDate) >= 16)
  const homes = new Map(households.flatMap(one => one.members.map(({ person }) => [person.number, one.home] as const)))
  return [
    ...adults.map(person => identityRecord(person, homes.get(person.number)!)),
    ...households.filter(household => household.local).map(registerRecord),
    ...households.filter(household => !household.local).flatMap(permitRecords),
  ]
}

/** The card that a person has now: for ten years from 16, for twenty from 26, without end from 46 (Identity Card Law, Art 5). */
function validityOf({ birthDate }: Person): { validFrom: string; validUntil?: string } {
  const age = ageOn(asOf, birthDate)
  if (age >= 46) return { validFrom: plusYears(birthDate, 46) }
  const [from, years] = age >= 26 ? [26, 20] : [16, 10]
  return { validFrom: plusYears(birthDate, from), validUntil: plusYears(birthDate, from + years) }
}

function identityRecord(person: Person, home: Address): CityRecord {
  const validity = validityOf(person)
  const certificateNumber = `SF${home.divisionCode}${yearOf(validity.validFrom)}${padded(person.number, 7)}`
  const { sex, birthDate, ethnicity } = person
  return issued(identity, validity.validFrom, {
    certificateNumber,
    licenceId: licenceId(identity, certificateNumber),
    holder: { ...nameAndId(person), sex, birthDate, ethnicity },
    address: { ...home },
    issuer: issuer(identity, bureau(home)),
    issuedOn: validity.validFrom,
    ...validity,
  })
}

function registerRecord({ number, home, members }: Household): CityRecord {
  const householdNumber = `HK${home.divisionCode}${padded(number, 8)}`
  const youngest = members
    .map(({ person }) => person.birthDate)
    .toSorted()
    .at(-1)!
  return issued(register, youngest > '2000' ? youngest : '2000-01-04', {
    householdNumber,
    licenceId: licenceId(register, householdNumber),
    householdType: 'family',
    address: { ...home },
    members: members.map(({ person, relation }) => ({
      ...nameAndId(person),
      relation,
      movedInOn: person.birthDate > '2000' ? person.birthDate : '2000-01-04',
    })),
    issuer: issuer(register, bureau(home)),
    issuedOn: youngest > '2000' ? youngest : '2000-01-04',
  })
}

function permitRecords({ home, members }: Household): CityRecord[] {
  const adults = members.map(({ person }) => person).filter(person => ageOn(asOf, person.birthDate) >= 16)
  return adults.map(person => {
    const certificateNumber = `JZ${home.divisionCode}${padded(person.number, 8)}`
    const from = `2026-${person.birthDate.slice(5, 7)}-01`
    const validFrom = from <= asOf ? from : plusYears(from, -1)
    return issued(permit, validFrom, {
      certificateNumber,
      licenceId: licenceId(permit, certificateNumber),
      holder: nameAndId(person),
      registeredDivision: person.registeredIn,
      address: { ...home },
      reason: 'employment',
      issuer: issuer(permit, bureau(home)),
      issuedOn: validFrom,
      validFrom,
      validUntil: plusYears(validFrom, 10),
    })
  })
}
