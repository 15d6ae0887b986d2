import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type { Dataset } from '../../../../../services/exchange/law/catalogue/dataset.ts'
import { storeVersions } from '../../../../../services/exchange/records/registry/record-store.ts'
import type { FieldFormat } from '../../../../../services/exchange/records/schemas/field-path.ts'
import { formatOf } from '../../../../../services/exchange/records/schemas/field-path.ts'
import { sampleOverlap } from '../../../../../services/exchange/views/repeat-collection/overlap-store.ts'
import {
  findCandidates,
  reportRepeats,
} from '../../../../../services/exchange/views/repeat-collection/repeat-collection.ts'
import { inTransaction } from '../../../../../services/postgres/transaction.ts'
import { isStored, publishTo } from '../../../../support/attacked-hub.ts'
import { datasetOf, must, permitMessage, registerDepartment } from '../../../../support/city-department.ts'
import { createDatabase, type TestDatabase } from '../../../../support/database.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'
import { parsedEntries } from '../../../../support/packed-log.ts'
import { residentIdBorn } from '../../../../support/resident.ts'

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
const unstated = () => undefined

describe('rules', () => {
  test('items of different departments under the same title are compared, keys and ids of subjects are not', () => {
    const [addresses, tags, ...others] = findCandidates([police, housing, tax], unstated)
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
    const report = reportRepeats(
      findCandidates([tax, housing, police], unstated),
      (_, { dataset }) => overlaps[dataset]!,
    )
    expect(report[0]).toEqual({
      title: { zh: '居住 地址', en: '/home/text' },
      source: { dataset: police.id, department: 'public-security', pointer: '/home/text' },
      repeats: [{ dataset: housing.id, department: 'housing', pointer: '/address', overlap: overlaps[housing.id] }],
    })
  })

  test('two datasets of one department are no repetition', () => {
    expect(findCandidates([housing, { ...housing, id: 'housing.other' }], unstated)).toEqual([])
  })
})

describe('formats', () => {
  const dated = collecting('civil-affairs', 'realtime', field('/date', '登记日期'))
  const texted = collecting('housing', 'daily', field('/date', '登记日期'))
  const counted = collecting('taxation', 'daily', field('/date', '登记日期'))
  const found = (formats: Record<string, FieldFormat>) =>
    findCandidates([dated, texted, counted], dataset => formats[dataset]).map(({ source, others }) => [
      source.dataset,
      ...others.map(({ dataset }) => dataset),
    ])

  test('the same title in another format is another item; what states no format is compared by its title', () => {
    const date = { type: 'string', format: 'date' }
    const number = { type: 'integer' }
    expect(found({ [dated.id]: date, [texted.id]: { type: 'string' }, [counted.id]: number })).toEqual([
      [dated.id, texted.id],
    ])
    expect(found({ [dated.id]: number, [texted.id]: date, [counted.id]: date })).toEqual([[texted.id, counted.id]])
    expect(found({ [dated.id]: date, [texted.id]: { ...date, format: 'date-time' } })).toEqual([[dated.id, counted.id]])
    expect(found({})).toEqual([[dated.id, texted.id, counted.id]])
  })

  test('a format is read from the schema through lists and references, and is unknown where nothing states it', () => {
    const schema = {
      type: 'object',
      properties: {
        owners: { type: 'array', items: { $ref: '#/$defs/owner' } },
        either: { type: ['null', 'string', 'integer'] },
        any: {},
      },
      $defs: { owner: { type: 'object', properties: { id: { type: 'string', format: 'resident-id' } } } },
    }
    expect(['/owners/*/id', '/owners', '/either', '/any', '/none'].map(pointer => formatOf(schema, pointer))).toEqual([
      { type: 'string', format: 'resident-id' },
      { type: 'array' },
      { type: 'integer or string' },
      undefined,
      undefined,
    ])
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
    const [{ source, others }] = findCandidates([police, housing], unstated) as [{ source: never; others: never[] }]
    expect(await sampleOverlap(database.pool, source, others[0]!)).toEqual({ subjects: 2, same: 1 })
  })

  test('what stands in a list is compared item by item, within lists of lists and beside what a list cannot hold', async () => {
    const [one, two, three] = ['011', '012', '013'].map(n => residentIdBorn('19900101', n)) as [string, string, string]
    const owners = collecting('natural-resources', 'daily', field('/owners/*/names/*', '曾用名'))
    const names = collecting('civil-affairs', 'weekly', field('/names/0', '曾用名'))
    await store(owners, {
      [one]: { owners: [{ names: ['甲'] }, { names: [null, '乙'] }, { names: '丙' }] },
      [two]: { owners: [{ names: ['\u0000'] }] },
      [three]: { owners: [] },
    })
    await store(names, { [one]: { names: ['乙', '丁'] }, [two]: { names: ['\u0000'] }, [three]: { names: ['戊'] } })
    const [{ source, others }] = findCandidates([owners, names], unstated) as [{ source: never; others: never[] }]
    expect(await sampleOverlap(database.pool, source, others[0]!)).toEqual({ subjects: 2, same: 2 })
    expect(await sampleOverlap(database.pool, others[0]!, source)).toEqual({ subjects: 2, same: 2 })
  })
})

test('GET /v1/repeat-collection names both departments with format and overlap, and the asking is logged', async () => {
  const hub = await startTestHub()
  try {
    const [one, other] = [uniqueDepartment('one'), uniqueDepartment('other')]
    for (const [department, updateCycle] of [
      [one, 'realtime'],
      [other, 'yearly'],
    ] as const) {
      await registerDepartment(hub, department, datasetOf(department, { updateCycle }))
      await publishTo(hub, `${department}.permit`, [permitMessage(department, { number: 'P-1', sequence: 1 })])
      await eventually(() => isStored(hub, `${department}.permit`, 'P-1'))
    }
    const { body } = await must(hub.call('GET', '/v1/repeat-collection', 'hub/operator'))
    const place = (department: string, pointer: string, type: string) => ({
      dataset: `${department}.permit`,
      department,
      pointer,
      format: { type },
    })
    const repeated = (pointer: string, type: string) => ({
      title: { zh: pointer, en: pointer },
      source: place(one, pointer, type),
      repeats: [{ ...place(other, pointer, type), overlap: { subjects: 1, same: 1 } }],
    })
    expect(body.items).toEqual([repeated('/holder/name', 'string'), repeated('/income', 'integer')])
    expect((await hub.call('GET', '/v1/repeat-collection')).status).toBe(401)
    type Step = { decision: string; content: { noun: string } }
    const steps = await parsedEntries<Step>(hub.database.pool, 'catalogue')
    const looks = steps.filter(({ content }) => content.noun === 'repeat-collection')
    expect(looks.map(({ decision }) => decision)).toEqual(['permit'])
  } finally {
    await hub.close()
  }
})
