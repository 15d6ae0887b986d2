/**
 * Facts of a piece of the city, before any department writes them down. Every number is unique of its kind in the
 * whole city. A neighbourhood refers to nobody outside it, but for the businesses that employ its people.
 */

import type { Person } from './person.ts'
import type { District } from './places.ts'

export type Address = { divisionCode: string; text: string }
/** `relation` to the head of the household, GB/T 4761. */
export type Member = { person: Person; relation: string }
/** `local`: registered in Shanghai; otherwise its adults hold residence permits. */
export type Household = { number: number; local: boolean; home: Address; members: Member[] }
export type Marriage = { number: number; husband: Person; wife: Person; registeredOn: string; ended: boolean }
export type Birth = { number: number; child: Person; mother: Person; father: Person }
export type Owner = { person: Person; share?: string }
export type Title = {
  number: number
  ownership: 'single' | 'joint' | 'shares'
  owners: Owner[]
  location: Address
  floorArea: number
  registeredOn: string
  mortgaged: boolean
  transferred: boolean
}
export type Sale = {
  number: number
  title: Title
  sellers: Person[]
  buyers: Person[]
  price: number
  signedOn: string
}
export type Lease = {
  number: number
  title: Title
  lessor: Person
  lessees: Person[]
  use: 'residential' | 'business'
  rent: number
  from: string
  until: string
}
export type Loan = {
  number: number
  title: Title
  borrower: Person
  principal: number
  grantedOn: string
  settledOn: string
}
export type Payment = { tax: string; amount: number; paidOn: string }
export type Taxed = { number: number; taxpayer: Person; sale?: Sale; payments: Payment[]; arrears: boolean }
export type Employer = { name: string; code: string }
export type Insured = { number: number; person: Person; employer?: Employer; since: string; retired: boolean }
export type Business = Employer & {
  number: number
  scope: string
  representative: Person
  capital: number
  establishedOn: string
  address: Address
}

export type Neighbourhood = {
  district: District
  households: Household[]
  marriages: Marriage[]
  births: Birth[]
  titles: Title[]
  sales: Sale[]
  leases: Lease[]
  loans: Loan[]
  taxed: Taxed[]
  insured: Insured[]
  businesses: Business[]
}

export const peopleOf = ({ households }: Neighbourhood): Person[] =>
  households.flatMap(household => household.members.map(member => member.person))

/** The day on which the sample city stands still, so that every start makes the same files. */
export const asOf = '2026-11-01'
