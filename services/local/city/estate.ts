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
  const first = index * mostTitles
  const { sold, letToNewcomers, letToLodger, others } = titlesOf(households, first, random)
  const sale = random.chance(0.3) ? newSale(index + 1, sold, people(slots.youngCouple), random) : undefined
  const bought = sale && isComplete(sale) ? [completed(sale, first + mostTitles - 1)] : []
  const lease = (place: number, title: Title, lessees: Person[]) => newLease(index * 4 + place, title, lessees, random)
  return {
    titles: [{ ...sold, transferred: bought.length > 0 }, letToNewcomers, letToLodger, ...others, ...bought],
    sales: sale ? [sale] : [],
    leases: [
      lease(0, letToNewcomers, people(slots.newcomers).slice(0, 2)),
      lease(1, letToLodger, people(slots.lodger)),
    ],
    loans: sale || random.chance(0.2) ? [newLoan(index + 1, sold, sale, random)] : [],
  }
}

/** Who owns what before anything is sold: most households their home, two of them a second flat that they let. */
function titlesOf(households: Household[], first: number, random: Random) {
  let next = first
  const own = (slot: number, home: number, [from, until]: [number, number], share?: string): Title => {
    const owners = households[slot]!.members.slice(from, until).map(({ person }) => ({
      person,
      ...(share && { share }),
    }))
    return newTitle(next++, owners, households[home]!.home, random)
  }
  const eitherSpouse = random.between(0, 1)
  return {
    sold: own(slots.smallFamily, slots.smallFamily, [0, 2]),
    letToNewcomers: own(slots.elders, slots.newcomers, [0, 1]),
    letToLodger: own(slots.grownChild, slots.lodger, [1, 2]),
    others: [
      own(slots.family, slots.family, [0, 2]),
      own(slots.elders, slots.elders, [0, 2]),
      own(slots.threeGenerations, slots.threeGenerations, [0, 3], '1/3'),
      own(slots.grownChild, slots.grownChild, [0, 2]),
      own(slots.otherFamily, slots.otherFamily, [eitherSpouse, eitherSpouse + 1]),
      own(slots.single, slots.single, [0, 1]),
    ],
  }
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
