/** The ten kinds of household that every neighbourhood has, one of each, and who lives in them. */
import { plusDays, plusYears } from './days.ts'
import { asOf, type Member } from './facts.ts'
import { givenName, surname } from './names.ts'
import { type Person, personOf, type Sex } from './person.ts'
import type { Random } from './random.ts'

/** Parents and those of their children who live with them. */
export type Family = { husband: Person; wife: Person; children: Person[] }
export type Settled = { members: Member[]; families: Family[] }
export type Born = (sex: Sex, age: number, surname?: string) => Person
export type Kind = { size: number; local: boolean; settle: (born: Born, random: Random) => Settled }

/** People one after the other, numbered from `first`. */
export function peopleFrom(first: number, local: boolean, random: Random): Born {
  let number = first
  return (sex, age, family = surname(random)) => {
    const bornAbout = plusDays(plusYears(asOf, -age), -random.between(1, 360))
    const name = family + givenName(random, sex)
    return personOf({ number: number++, name, sex, bornAbout, local })
  }
}

const familyNameOf = (person: Person) => person.name.slice(0, person.name.length > 3 ? 2 : 1)

function couple(born: Born, random: Random, wifeAge: number): Family {
  const husband = born('male', wifeAge + random.between(-1, 4))
  return { husband, wife: born('female', wifeAge), children: [] }
}

function withChildren(family: Family, born: Born, random: Random, ages: number[]): Family {
  const children = ages.map(age => born(random.pick(['male', 'female']), age, familyNameOf(family.husband)))
  return { ...family, children }
}

const asMembers = ({ husband, wife, children }: Family): Member[] => [
  { person: husband, relation: '02' },
  { person: wife, relation: '10' },
  ...children.map(child => ({ person: child, relation: child.sex === 'male' ? '20' : '30' })),
]

const alone = (person: Person): Settled => ({ members: [{ person, relation: '02' }], families: [] })
const together = (family: Family): Settled => ({ members: asMembers(family), families: [family] })

const familyWith = (children: number, local = true): Kind => ({
  size: 2 + children,
  local,
  settle: (born, random) => {
    const wifeAge = random.between(27, 42)
    const oldest = random.between(1, Math.min(17, wifeAge - 25))
    const ages = children === 1 ? [oldest] : [oldest, random.between(0, oldest - 1)]
    return together(withChildren(couple(born, random, wifeAge), born, random, ages))
  },
})

const coupleAged = (youngest: number, oldest: number): Kind => ({
  size: 2,
  local: true,
  settle: (born, random) => together(couple(born, random, random.between(youngest, oldest))),
})

const singleAged = (youngest: number, oldest: number, local: boolean): Kind => ({
  size: 1,
  local,
  settle: (born, random) => alone(born(random.pick(['male', 'female']), random.between(youngest, oldest))),
})

const withGrownChild: Kind = {
  size: 3,
  local: true,
  settle: (born, random) => {
    const wifeAge = random.between(43, 55)
    const childAge = wifeAge - random.between(24, 28)
    return together(withChildren(couple(born, random, wifeAge), born, random, [childAge]))
  },
}

const threeGenerations: Kind = {
  size: 5,
  local: true,
  settle: (born, random) => {
    const elders = couple(born, random, random.between(58, 68))
    const son = born('male', random.between(30, 32), familyNameOf(elders.husband))
    const wife = born('female', random.between(28, 31))
    const young = withChildren({ husband: son, wife, children: [] }, born, random, [random.between(0, 4)])
    const [child] = young.children
    const members: Member[] = [
      ...asMembers({ ...elders, children: [son] }),
      { person: wife, relation: '38' },
      { person: child!, relation: child!.sex === 'male' ? '41' : '42' },
    ]
    return { members, families: [{ ...elders, children: [son] }, young] }
  },
}

/** The place of each kind in a neighbourhood. */
export const slots = {
  smallFamily: 0,
  lodger: 1,
  family: 2,
  elders: 3,
  newcomers: 4,
  youngCouple: 5,
  threeGenerations: 6,
  grownChild: 7,
  single: 8,
  otherFamily: 9,
} as const

export const kinds: readonly Kind[] = [
  familyWith(1),
  singleAged(22, 40, false),
  familyWith(2),
  coupleAged(60, 80),
  familyWith(1, false),
  coupleAged(25, 34),
  threeGenerations,
  withGrownChild,
  singleAged(25, 60, true),
  familyWith(2),
]

/** Those who are left when the population does not divide into whole neighbourhoods. */
export const leftOver: Kind = singleAged(25, 60, true)
