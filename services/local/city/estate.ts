/** Flats: who owns them, sells them, rents them, and has repaid a loan on them. */
import { dayNumber, dayOf, plusDays, plusYears } from './days.ts'
import {
  type Address,
  asOf,
  type Household,
  type Lease,
  type Loan,
  type Owner,
  type Sale,
  type Title,
} from './facts.ts'
import { slots } from './household.ts'
import type { Person } from './person.ts'
import type { Random } from './random.ts'

/** Of titles in one neighbourhood. */
const mostTitles = 16
/** Shanghai's first unified title certificates. */
const titlesSince = '2016-10-08'

type Estates = { titles: Title[]; sales: Sale[]; leases: Lease[]; loans: Loan[] }

export function estatesOf(households: Household[], index: number, random: Random): Estates {
  const people = (slot: number) => households[slot]!.members.map(member => member.person)
  const homeOf = (slot: number) => households[slot]!.home
  let next = index * mostTitles
  const own = (owners: Owner[], location: Address): Title => newTitle(next++, owners, location, random)
  const spouses = (slot: number) =>
    people(slot)
      .slice(0, 2)
      .map(person => ({ person }))
  const oneOf = (slot: number, place: number) => [{ person: people(slot)[place]! }]

  const sold = own(spouses(slots.smallFamily), homeOf(slots.smallFamily))
  const mortgaged = own(spouses(slots.family), homeOf(slots.family))
  const letToNewcomers = own(oneOf(slots.elders, 0), homeOf(slots.newcomers))
  const letToLodger = own(oneOf(slots.grownChild, 1), homeOf(slots.lodger))
  const shares = people(slots.threeGenerations)
    .slice(0, 3)
    .map(person => ({ person, share: '1/3' }))
  const others = [
    own(spouses(slots.elders), homeOf(slots.elders)),
    own(shares, homeOf(slots.threeGenerations)),
    own(spouses(slots.grownChild), homeOf(slots.grownChild)),
    own(oneOf(slots.otherFamily, random.between(0, 1)), homeOf(slots.otherFamily)),
    own(oneOf(slots.single, 0), homeOf(slots.single)),
  ]
  const lease = (place: number, title: Title, lessees: Person[]) => newLease(index * 4 + place, title, lessees, random)
  const leases = [
    lease(0, letToNewcomers, people(slots.newcomers).slice(0, 2)),
    lease(1, letToLodger, people(slots.lodger)),
  ]
  const sale = random.chance(0.3) ? newSale(index + 1, sold, people(slots.youngCouple), random) : undefined
  const loans = sale || random.chance(0.2) ? [newLoan(index + 1, sold, sale, random)] : []
  const bought = sale && isComplete(sale) ? [completed(sale, next++)] : []
  const titles = [
    { ...sold, transferred: bought.length > 0 },
    mortgaged,
    letToNewcomers,
    letToLodger,
    ...others,
    ...bought,
  ]
  return { titles, sales: sale ? [sale] : [], leases, loans }
}

const between = (from: string, until: string, random: Random) =>
  from >= until ? until : dayOf(random.between(dayNumber(from), dayNumber(until)))

function newTitle(number: number, owners: Owner[], location: Address, random: Random): Title {
  const grown = owners
    .map(({ person }) => plusYears(person.birthDate, 18))
    .toSorted()
    .at(-1)!
  return {
    number,
    ownership: owners.length === 1 ? 'single' : owners[0]!.share ? 'shares' : 'joint',
    owners,
    location,
    floorArea: random.between(3500, 18000) / 100,
    registeredOn: between(grown > titlesSince ? grown : titlesSince, plusDays(asOf, -700), random),
    mortgaged: random.chance(0.25),
    transferred: false,
  }
}

const newLease = (number: number, title: Title, lessees: Person[], random: Random): Lease => {
  const from = between('2024-12-02', '2026-09-30', random)
  const lessor = title.owners[0]!.person
  return {
    number,
    title,
    lessor,
    lessees,
    use: 'residential',
    rent: random.between(25, 120) * 100,
    from,
    until: plusYears(from, 3),
  }
}

const newSale = (number: number, title: Title, buyers: Person[], random: Random): Sale => ({
  number,
  title,
  sellers: title.owners.map(({ person }) => person),
  buyers,
  price: Math.round(title.floorArea * random.between(400, 1100)) * 100,
  signedOn: between('2025-03-01', '2026-10-25', random),
})

/** A loan on the flat: repaid before it is sold, or at some time. */
function newLoan(number: number, title: Title, sale: Sale | undefined, random: Random): Loan {
  const settledOn = plusDays(sale?.signedOn ?? asOf, -random.between(10, 90))
  return {
    number,
    title,
    borrower: title.owners[0]!.person,
    principal: random.between(20, 100) * 10_000,
    grantedOn: plusDays(title.registeredOn, 5),
    settledOn,
  }
}

/** Sixty days after a sale the new title is registered. */
const isComplete = (sale: Sale) => plusDays(sale.signedOn, 60) <= asOf
const completed = ({ title, buyers, signedOn }: Sale, number: number): Title => ({
  ...title,
  number,
  ownership: 'joint',
  owners: buyers.map(person => ({ person })),
  registeredOn: plusDays(signedOn, 45),
  mortgaged: true,
  transferred: false,
})
