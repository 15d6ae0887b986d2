/** One neighbourhood of ten households: who lives there, and what happened to them. */

import { businessAt, employerAt } from './business.ts'
import { plusDays } from './days.ts'
import { estatesOf } from './estate.ts'
import { asOf, type Business, type Household, type Neighbourhood, peopleOf } from './facts.ts'
import { marriagesOf, registeredBirths } from './family-life.ts'
import { type Kind, kinds, leftOver, peopleFrom, type Settled, slots } from './household.ts'
import type { Person } from './person.ts'
import { type District, districts } from './places.ts'
import { type Random, randomFrom } from './random.ts'
import { insuredOf, taxedOf } from './working-life.ts'

export const neighbourhoodSize = kinds.reduce((size, kind) => size + kind.size, 0)
/** Of households in one neighbourhood, so that household numbers never meet. */
const mostHouseholds = 30

/** `index` counts from 1; 0 is the protagonists'. `employers` is how many businesses the city has, 0 to `employers - 1`. */
type Plot = { seed: number; index: number; firstPerson: number; employers: number }

export function neighbourhoodAt(plot: Plot): Neighbourhood {
  const random = randomFrom(plot.seed, plot.index)
  const district = districts[plot.index % districts.length]!
  const settled = settle(kinds, plot, random)
  const families = settled.flatMap(household => household.families)
  const households = addressed(settled, kinds, { index: plot.index, district }, random)
  const people = households.flatMap(household => household.members.map(member => member.person))
  const estates = estatesOf(households, plot.index, random)
  const unmarried = [households[slots.lodger]!, households[slots.single]!]
  return {
    district,
    households,
    marriages: marriagesOf(families, unmarried, plot.index, random),
    births: registeredBirths(families),
    ...estates,
    taxed: taxedOf(people, estates.sales, random),
    insured: insuredOf(people, () => employerAt(random.between(0, plot.employers - 1)), random),
    businesses: [businessOf(households[slots.family]!.members[0]!.person, plot.index, district, random)],
  }
}

const businessOf = (representative: Person, index: number, district: District, random: Random): Business => ({
  ...businessAt(index),
  number: index + 1,
  representative,
  capital: random.between(1, 50) * 100_000,
  establishedOn: plusDays(asOf, -random.between(30, 3650)),
  address: {
    divisionCode: district.code,
    text: `上海市${district.name}${random.pick(district.streets)}${index}号1层`,
  },
})

/** People without relations to one another, fewer than a neighbourhood has. */
export function singlesAt(plot: Plot, count: number): Neighbourhood {
  const random = randomFrom(plot.seed, plot.index)
  const district = districts[plot.index % districts.length]!
  const all = Array.from({ length: count }, () => leftOver)
  const households = addressed(settle(all, plot, random), all, { index: plot.index, district }, random)
  const none = { marriages: [], births: [], titles: [], sales: [], leases: [], loans: [], businesses: [] }
  const settledOnly: Neighbourhood = { district, households, taxed: [], insured: [], ...none }
  return { ...settledOnly, taxed: taxedOf(peopleOf(settledOnly), [], random) }
}

function settle(all: readonly Kind[], { firstPerson }: Plot, random: Random): Settled[] {
  let next = firstPerson
  return all.map(kind => {
    const settled = kind.settle(peopleFrom(next, kind.local, random), random)
    next += kind.size
    return settled
  })
}

function addressed(
  settled: Settled[],
  all: readonly Kind[],
  { index, district: { code, name, streets } }: { index: number; district: District },
  random: Random,
): Household[] {
  const lane = `上海市${name}${random.pick(streets)}${100 + index}弄`
  return settled.map(({ members }, place) => ({
    number: index * mostHouseholds + place,
    local: all[place]!.local,
    home: { divisionCode: code, text: `${lane}${place + 1}号${random.between(1, 18)}0${random.between(1, 4)}室` },
    members,
  }))
}
