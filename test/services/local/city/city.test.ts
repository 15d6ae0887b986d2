import { describe, expect, test } from '@jest/globals'
import { isFailure } from '../../../../services/contract/failure.ts'
import { isResidentId } from '../../../../services/contract/formats/resident-id.ts'
import { parsePointer, valuesAt } from '../../../../services/contract/json-pointer.ts'
import { appliesTo } from '../../../../services/exchange/law/catalogue/condition.ts'
import { compileSchema, type Validate } from '../../../../services/json-schema/validation.ts'
import { buildCity, cityLimits } from '../../../../services/local/city/city.ts'
import { asOf, type Neighbourhood, peopleOf } from '../../../../services/local/city/facts.ts'
import { mostPeople, personOf } from '../../../../services/local/city/person.ts'
import { protagonists } from '../../../../services/local/city/protagonists.ts'
import type { CityRecord } from '../../../../services/local/city/records/record.ts'
import { datasetNamed, datasets, matters } from '../../../schemas/sample-catalogue.ts'

const people = 1500
const city = buildCity({ people, seed: 7 })
const neighbourhoods = [...city.neighbourhoods()]
const records = [...city.records()]
const of = (dataset: string) => records.filter(record => record.dataset === dataset)
const all = <T>(each: (neighbourhood: Neighbourhood) => T[]) => neighbourhoods.flatMap(each)
const ids = (each: CityRecord[], pointer: string) =>
  each.flatMap(({ data }) => valuesAt(data, parsePointer(pointer)!)) as string[]

describe('a city', () => {
  test('is the same for the same seed, and another for another', () => {
    expect([...buildCity({ people: 200, seed: 3 }).records()]).toEqual([
      ...buildCity({ people: 200, seed: 3 }).records(),
    ])
    expect([...buildCity({ people: 200, seed: 3 }).records()]).not.toEqual([
      ...buildCity({ people: 200, seed: 4 }).records(),
    ])
  })

  test.each([cityLimits.fewestPeople, 12, 38, 39, 40, 67, people])('of %i people has exactly as many', size => {
    const found = [...buildCity({ people: size, seed: 1 }).neighbourhoods()].flatMap(peopleOf)
    expect(found.length).toBe(size)
    expect(new Set(found.map(person => person.id)).size).toBe(size)
  })

  test.each([0, 10, 10.5, Number.NaN, cityLimits.mostPeople + 1])('of %d people is refused', size => {
    expect(() => buildCity({ people: size, seed: 1 })).toThrow(RangeError)
  })

  test('gives records of every dataset that may be shared', () => {
    const shared = datasets.filter(({ entry }) => entry.sharing.type !== 'withheld').map(({ entry }) => entry.id)
    expect([...new Set(records.map(record => record.dataset))].sort()).toEqual(shared)
  })

  const validators = new Map<string, Validate>()
  for (const { entry, schema } of datasets) {
    const validate = compileSchema(schema)
    if (isFailure(validate)) throw new Error(validate.detail)
    validators.set(entry.id, validate)
  }

  test('gives only records that fit their schemas', () => {
    for (const { dataset, data } of records)
      expect([dataset, validators.get(dataset)!(data)]).toEqual([dataset, undefined])
  })

  test('never gives a key or a licence identifier twice', () => {
    for (const { entry } of datasets) {
      const keys = ids(of(entry.id), entry.key)
      expect([entry.id, keys.length - new Set(keys).size]).toEqual([entry.id, 0])
    }
    const licences = ids(records, '/licenceId')
    expect(new Set(licences).size).toBe(licences.length)
  })
})

test('nobody shares a resident id, in the largest city either', () => {
  const step = 7
  const seen = new Set<string>()
  for (let number = 1; number < mostPeople; number += step) {
    const person = personOf({ number, name: '某', sex: 'female', bornAbout: '1990-03-07', local: true })
    seen.add(person.id)
  }
  expect(seen.size).toBe(Math.ceil((mostPeople - 1) / step))
  expect([...seen].slice(0, 1000).every(isResidentId)).toBe(true)
})

describe('the records of different departments agree', () => {
  const everyone = new Map(all(peopleOf).map(person => [person.id, person]))

  test('on names: whoever a record is about lives in the city', () => {
    for (const { dataset, data } of records) {
      for (const { type, id } of datasetNamed(dataset)!.entry.subjects.filter(subject => subject.type === 'person')) {
        const tokens = parsePointer(id)!
        const names = valuesAt(data, tokens.with(-1, 'name'))
        for (const [place, found] of valuesAt(data, tokens).entries()) {
          expect([dataset, type, everyone.get(found as string)?.name]).toEqual([dataset, type, names[place]])
        }
      }
    }
  })

  test('on marriages: each spouse once among those that stand, of lawful age, never with oneself', () => {
    const standing = all(({ marriages }) => marriages).filter(marriage => !marriage.ended)
    const spouses = standing.flatMap(({ husband, wife }) => [husband.id, wife.id])
    expect(new Set(spouses).size).toBe(spouses.length)
    for (const { husband, wife, registeredOn } of all(({ marriages }) => marriages)) {
      expect(registeredOn >= `${Number(husband.birthDate.slice(0, 4)) + 22}`).toBe(true)
      expect(registeredOn >= `${Number(wife.birthDate.slice(0, 4)) + 20}`).toBe(true)
      expect([husband.sex, wife.sex, registeredOn < asOf]).toEqual(['male', 'female', true])
    }
  })

  test('on parents: those of every child are married, and adults at its birth', () => {
    const couples = new Set(all(({ marriages }) => marriages).map(({ husband, wife }) => `${husband.id} ${wife.id}`))
    for (const { child, mother, father } of all(({ births }) => births)) {
      expect(couples.has(`${father.id} ${mother.id}`)).toBe(true)
      expect(Number(child.birthDate.slice(0, 4)) - Number(mother.birthDate.slice(0, 4))).toBeGreaterThanOrEqual(20)
    }
  })

  test('on households: everyone lives in one, and holds a residence permit where not registered here', () => {
    const members = all(({ households }) => households).flatMap(household => household.members)
    expect(new Set(members.map(({ person }) => person.id)).size).toBe(people)
    const permits = new Set(ids(of('public-security.residence-permit'), '/holder/id'))
    const registered = new Set(ids(of('public-security.household-register'), '/members/*/id'))
    for (const { id, birthDate } of everyone.values()) {
      const isChild = birthDate > '2010-11-01'
      expect([id, registered.has(id) !== permits.has(id) || isChild]).toEqual([id, true])
    }
  })

  test('on flats: contracts, leases and loans name a title, its owners sell and let', () => {
    const owners = new Map(
      all(({ titles }) => titles).map(title => [title.number, title.owners.map(({ person }) => person.id)]),
    )
    for (const { title, sellers } of all(({ sales }) => sales)) {
      expect(owners.get(title.number)).toEqual(sellers.map(seller => seller.id))
    }
    for (const { title, lessor } of all(({ leases }) => leases)) expect(owners.get(title.number)).toContain(lessor.id)
    for (const { title, borrower } of all(({ loans }) => loans)) expect(owners.get(title.number)).toContain(borrower.id)
    const serials = new Set(ids(of('natural-resources.real-estate-certificate'), '/serialNumber'))
    const named = ids(records, '/titleSerialNumber')
    expect(named.length).toBeGreaterThan(0)
    expect(named.filter(serial => !serials.has(serial))).toEqual([])
  })

  test('on work: every employer has a business licence', () => {
    const licensed = new Set(ids(of('market-regulation.business-licence'), '/creditCode'))
    const employers = ids(of('human-resources.social-insurance'), '/employer/code')
    expect(employers.length).toBeGreaterThan(0)
    expect(employers.filter(code => !licensed.has(code))).toEqual([])
  })

  test('on contracts: every tax statement on a sale names a filed one', () => {
    const filed = new Set(ids(of('housing.sale-contract'), '/contractNumber'))
    const taxed = ids(of('taxation.tax-clearance'), '/contractNumber')
    expect(taxed.length).toBeGreaterThan(0)
    expect(taxed.filter(number => !filed.has(number))).toEqual([])
  })

  test('but their life goes on: some titles are transferred, some marriages dissolved', () => {
    const changes = new Set(records.map(({ dataset, change }) => `${dataset} ${change}`))
    expect(changes).toContain('natural-resources.real-estate-certificate transferred')
    expect(changes).toContain('civil-affairs.marriage-certificate cancelled')
  })
})

describe.each(Object.entries(protagonists))('for %s', (matterId, { name, id, facts }) => {
  const matter = matters.find(one => one.id === matterId)!
  const proofs = [...buildCity({ people: cityLimits.fewestPeople, seed: 1 }).records()].filter(({ dataset, data }) =>
    datasetNamed(dataset)!.entry.subjects.some(subject => valuesAt(data, parsePointer(subject.id)!).includes(id)),
  )

  const needed = matter.requirements.filter(({ when }) => {
    const applies = appliesTo(when, { subject: { type: 'person', id }, facts, now: new Date('2026-11-01') })
    return !('applies' in applies) || applies.applies
  })

  test.each(needed.map(requirement => [requirement.id, requirement.evidence] as const))(
    `${name} has the proof of %s, in the smallest city too`,
    (_, evidence) => {
      const held = new Set(proofs.filter(({ change }) => change === 'issued').map(({ dataset }) => dataset))
      expect(evidence.some(alternative => alternative.every(dataset => held.has(dataset)))).toBe(true)
    },
  )

  test(`none of the proofs of ${name} ends before 2036`, () => {
    const ends = proofs.flatMap(({ dataset, data }) => {
      const until = datasetNamed(dataset)!.entry.validity?.until
      return until ? valuesAt(data, parsePointer(until)!) : []
    }) as string[]
    expect(ends.filter(end => end < '2035-12-01')).toEqual([])
  })
})
