import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Dataset } from '../../../../services/exchange/catalogue/dataset.ts'
import { sampleOverlap } from '../../../../services/exchange/catalogue/overlap-store.ts'
import { findCandidates, reportRepeats } from '../../../../services/exchange/catalogue/repeat-collection.ts'
import { inTransaction } from '../../../../services/exchange/database/transaction.ts'
import { storeVersions } from '../../../../services/exchange/registry/record-store.ts'
import { datasetOf } from '../../../support/city-department.ts'
import { createDatabase, type TestDatabase } from '../../../support/database.ts'
import { residentIdBorn } from '../../../support/resident.ts'

const field = (pointer: string, zh: string): Dataset['fields'][number] => ({
  pointer,
  title: { zh, en: pointer },
  classification: 'personal',
})
const collecting = (department: string, updateCycle: Dataset['updateCycle'], ...fields: Dataset['fields']) =>
  datasetOf(department, {
    subjects: [{ type: 'person', id: '/id', role: 'holder' }],
    key: '/number',
    updateCycle,
    fields: [field('/number', '编号'), field('/id', '公民身份号码'), ...fields],
  })
const police = collecting('public-security', 'realtime', field('/home/text', '居住 地址'), field('/tags/*', '标签'))
const housing = collecting('housing', 'daily', field('/address', '居住地址'), field('/tag', '标签'))
const tax = collecting('taxation', 'monthly', field('/address', '居住地址'))

describe('rules', () => {
  test('items of different departments under the same title are compared, keys and ids of subjects are not', () => {
    const [addresses, tags, ...others] = findCandidates([police, housing, tax])
    expect(others).toEqual([])
    expect(addresses).toMatchObject({
      source: { dataset: police.id, pointer: '/home/text' },
      others: [{ dataset: housing.id }, { dataset: tax.id }],
    })
    expect(tags).toMatchObject({ source: { dataset: police.id }, others: [{ dataset: housing.id }] })
  })

  test('who updates soonest is proposed as the source, and only what is mostly the same is a repeat', () => {
    const overlaps: Record<string, { subjects: number; same: number }> = {
      [housing.id]: { subjects: 10, same: 9 },
      [tax.id]: { subjects: 10, same: 4 },
    }
    const report = reportRepeats(findCandidates([tax, housing, police]), (_, { dataset }) => overlaps[dataset]!)
    expect(report[0]).toEqual({
      title: { zh: '居住 地址', en: '/home/text' },
      source: { dataset: police.id, department: 'public-security', pointer: '/home/text' },
      repeats: [{ dataset: housing.id, department: 'housing', pointer: '/address', overlap: overlaps[housing.id] }],
    })
  })

  test('two datasets of one department are no repetition', () => {
    expect(findCandidates([housing, { ...housing, id: 'housing.other' }])).toEqual([])
  })
})

describe('the sample', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createDatabase()
  })
  afterAll(() => database.drop())

  const store = (dataset: Dataset, people: Record<string, object>) =>
    inTransaction(database.pool, tx =>
      storeVersions(
        tx,
        dataset.id,
        Object.entries(people).map(([id, body]) => ({
          dataset: dataset.id,
          key: id,
          sequence: 1,
          status: 'valid' as const,
          schemaVersion: 1,
          validFrom: undefined,
          validUntil: undefined,
          eventId: id,
          system: `${dataset.department}/registry`,
          eventTime: '2026-03-01T00:00:00Z',
          body: JSON.stringify(body),
          subjects: [{ type: 'person' as const, id }],
        })),
      ),
    )

  test('counts the subjects that both hold and those with the same value', async () => {
    const [one, two, three, four] = ['001', '002', '003', '004'].map(n => residentIdBorn('19900101', n)) as [
      string,
      string,
      string,
      string,
    ]
    await store(police, {
      [one]: { home: { text: '甲路1号' } },
      [two]: { home: { text: '乙路2号' } },
      [three]: { home: { text: '丙路3号' } },
    })
    await store(housing, {
      [one]: { address: '甲路1号' },
      [two]: { address: '丁路9号' },
      [four]: { address: '丙路3号' },
    })
    const [{ source, others }] = findCandidates([police, housing]) as [{ source: never; others: never[] }]
    expect(await sampleOverlap(database.pool, source, others[0]!)).toEqual({ subjects: 2, same: 1 })
  })

  test('lists are not compared', async () => {
    const [, { source, others }] = findCandidates([police, housing]) as [unknown, { source: never; others: never[] }]
    expect(await sampleOverlap(database.pool, source, others[0]!)).toEqual({ subjects: 0, same: 0 })
  })
})
