import { describe, expect, test } from '@jest/globals'
import { formats } from '../../services/contract/formats/index.ts'
import { parsePointer, valuesAt } from '../../services/contract/json-pointer.ts'
import { isSubject } from '../../services/contract/subject.ts'
import { checkMatter } from '../../services/exchange/law/catalogue/matter.ts'
import { checkSchema } from '../../services/json-schema/schema-guard.ts'
import { agreements, datasetNamed, datasets, departments, matters, namedDatasets } from './sample-catalogue.ts'
import { leavesOf, objectsOf } from './schema-leaves.ts'

describe.each(namedDatasets)('%s', (id, { entry, schema, cases }) => {
  const leaves = leavesOf(schema)
  const pointers = leaves.map(([pointer]) => pointer)

  test('belongs to a department of the catalogue, and its schema is named after it', () => {
    expect(departments.map(department => department.id)).toContain(entry.department)
    expect(id.startsWith(`${entry.department}.`)).toBe(true)
    expect(schema.$id).toBe(`urn:datarun:${id}:v1`)
  })

  test('has a schema that the guard accepts', () => expect(checkSchema(schema, { dataset: id })).toEqual([]))

  test('classifies and titles every field of its schema, and no other', () => {
    expect(entry.fields.map(field => field.pointer).sort()).toEqual(pointers.toSorted())
    for (const { title } of entry.fields) expect([title.zh, title.en].every(text => text.length > 0)).toBe(true)
  })

  test('names key, subjects and validity by fields that exist', () => {
    const named = [entry.key, ...entry.subjects.map(subject => subject.id), ...Object.values(entry.validity ?? {})]
    for (const pointer of named) expect(pointers).toContain(pointer)
  })

  test('has subjects whose ids have the format of their type', () => {
    const expected = { person: 'resident-id', organisation: 'uscc' }
    for (const subject of entry.subjects) {
      const leaf = leaves.find(([pointer]) => pointer === subject.id)!
      expect(leaf[1].format).toBe(expected[subject.type])
    }
    for (const { record } of cases.valid) {
      for (const { type, id } of entry.subjects) {
        for (const found of valuesAt(record, parsePointer(id)!)) expect(isSubject({ type, id: found })).toBe(true)
      }
    }
  })

  test('never keys a record by a person’s id', () => {
    const personal = entry.subjects.filter(subject => subject.type === 'person').map(subject => subject.id)
    expect(personal).not.toContain(entry.key)
    expect(schema.required).toContain(entry.key.slice(1))
  })

  test('limits every text, titles every field in both languages, and closes every object', () => {
    for (const [pointer, leaf] of leaves) {
      if (leaf.type === 'string') expect([pointer, typeof leaf.maxLength]).toEqual([pointer, 'number'])
      expect([pointer, leaf.title]).toEqual([pointer, expect.stringMatching(/^\p{Script=Han}.* \/ [A-Z]/u)])
    }
    for (const object of objectsOf(schema)) expect(object.additionalProperties).toBe(false)
  })
})

describe('the sample catalogue', () => {
  test('has departments with valid credit codes, none twice', () => {
    for (const { creditCode } of departments) expect(formats.uscc!(creditCode)).toBe(true)
    expect(new Set(departments.map(department => department.creditCode)).size).toBe(departments.length)
  })

  test('names each system after its department', () => {
    for (const { id, systems } of departments) for (const system of systems) expect(system.id).toMatch(`${id}/`)
  })

  test('shows all three sharing types', () => {
    expect(new Set(datasets.map(({ entry }) => entry.sharing.type))).toEqual(
      new Set(['unconditional', 'conditional', 'withheld']),
    )
  })
})

describe.each(matters.map(matter => [matter.id, matter] as const))('the matter %s', (_, matter) => {
  const evidence = [...new Set(matter.requirements.flatMap(requirement => requirement.evidence.flat()))]

  test('fits together: facts, conditions, datasets', () => {
    expect(checkMatter(matter, id => datasetNamed(id) !== undefined)).toBe(undefined)
  })

  test('asks for datasets that exist and may be shared', () => {
    for (const id of evidence) expect(datasetNamed(id)?.entry.sharing.type).toMatch(/^(un)?conditional$/)
  })

  test('has an agreement for every dataset it asks for, naming fields that exist', () => {
    for (const id of evidence) {
      const agreed = agreements.filter(
        ({ dataset, receiver, purposes }) =>
          dataset === id && receiver === matter.department && purposes.includes(matter.purpose.code),
      )
      expect([id, agreed.length]).toEqual([id, 1])
      const known = datasetNamed(id)!.entry.fields.map(field => field.pointer)
      for (const field of agreed[0]!.fields) expect(known).toContain(field.pointer)
    }
  })

  test('rests on consent for one proof at least, and on a named provision for the others', () => {
    const bases = agreements.filter(({ purposes }) => purposes.includes(matter.id)).map(({ basis }) => basis)
    expect(bases.some(basis => basis.type === 'consent')).toBe(true)
    for (const basis of bases) if (basis.type === 'statutory-duty') expect(basis.provision).toMatch(/^《.+》第.+条$/)
  })
})

test('a real-estate transfer asks at least five other departments', () => {
  const matter = matters.find(({ id }) => id === 'real-estate-transfer')!
  const always = matter.requirements.flatMap(requirement => requirement.evidence[0] ?? [])
  const asked = new Set(always.map(id => datasetNamed(id)!.entry.department))
  expect(asked.has(matter.department)).toBe(false)
  expect(asked.size).toBeGreaterThanOrEqual(5)
})
