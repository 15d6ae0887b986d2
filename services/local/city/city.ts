/**
 * A sample city, made up but consistent: the people of the stories, then neighbourhoods of ten households each. It is made
 * one neighbourhood at a time and forgets each before the next, so its size costs no memory; the same options make the
 * same city.
 */
import type { Neighbourhood } from './facts.ts'
import { neighbourhoodAt, neighbourhoodSize, singlesAt } from './neighbourhood.ts'
import { mostPeople } from './person.ts'
import { protagonistCount, protagonistNeighbourhood } from './protagonists.ts'
import { civilAffairsRecords } from './records/civil-affairs.ts'
import { healthRecords } from './records/health.ts'
import { housingRecords } from './records/housing.ts'
import { housingFundRecords } from './records/housing-fund.ts'
import { humanResourcesRecords } from './records/human-resources.ts'
import { marketRegulationRecords } from './records/market-regulation.ts'
import { naturalResourcesRecords } from './records/natural-resources.ts'
import { publicSecurityRecords } from './records/public-security.ts'
import type { CityRecord } from './records/record.ts'
import { taxationRecords } from './records/taxation.ts'

export type CityOptions = { people: number; seed: number }
export type City = CityOptions & {
  neighbourhoods(): Generator<Neighbourhood>
  /** Every department's records, the protagonists' first. */
  records(): Generator<CityRecord>
}

const registers = [
  publicSecurityRecords,
  civilAffairsRecords,
  naturalResourcesRecords,
  taxationRecords,
  humanResourcesRecords,
  marketRegulationRecords,
  housingRecords,
  housingFundRecords,
  healthRecords,
]

/** The last of them may be a few people short of a round number, so a hundred are kept back. */
export const cityLimits = { fewestPeople: protagonistCount, mostPeople: mostPeople - 100 } as const

/** @throws RangeError where `people` is not a whole number within `cityLimits`. */
export function buildCity({ people, seed }: CityOptions): City {
  const { fewestPeople, mostPeople } = cityLimits
  if (!Number.isInteger(people) || people < fewestPeople || people > mostPeople) {
    throw new RangeError(`a city has from ${fewestPeople} to ${mostPeople} people, not ${people}`)
  }
  const neighbourhoods = () => neighbourhoodsOf(people, seed)
  const records = function* () {
    for (const neighbourhood of neighbourhoods()) for (const records of registers) yield* records(neighbourhood)
  }
  return { people, seed, neighbourhoods, records }
}

function* neighbourhoodsOf(people: number, seed: number): Generator<Neighbourhood> {
  yield protagonistNeighbourhood()
  const whole = Math.floor((people - protagonistCount) / neighbourhoodSize)
  const plot = (index: number) => ({
    seed,
    index,
    firstPerson: protagonistCount + 1 + (index - 1) * neighbourhoodSize,
    employers: whole + 1,
  })
  for (let index = 1; index <= whole; index += 1) yield neighbourhoodAt(plot(index))
  const left = people - protagonistCount - whole * neighbourhoodSize
  if (left > 0) yield singlesAt(plot(whole + 1), left)
}
