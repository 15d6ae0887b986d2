import { afterAll, beforeAll, expect, test } from '@jest/globals'
import type { Publisher } from '../../../../../services/kafka/kafka.ts'
import { alice, bob, permitMessage, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const department = uniqueDepartment('licensing')
const dataset = `${department}.permit`
let hub: TestHub
let publisher: Publisher

beforeAll(async () => {
  hub = await startTestHub()
  await registerDepartment(hub, department)
  publisher = await hub.kafka.publisher()
})
afterAll(async () => {
  await publisher?.close()
  await hub?.close()
})

const publish = (...events: Parameters<typeof permitMessage>[1][]) =>
  publisher.publish(
    `datarun.${dataset}`,
    events.map(event => permitMessage(department, event)),
  )

const recordOf = async (key: string) => {
  const { rows } = await hub.database.pool.query('select * from record where dataset = $1 and key = $2', [dataset, key])
  return rows[0]
}

test('a published record is in the registry once, however often it is sent', async () => {
  await publish({ number: 'P-1', sequence: 1 }, { number: 'P-1', sequence: 1 }, { number: 'P-2', sequence: 1 })
  await publish({ number: 'P-1', sequence: 1 })
  await eventually(async () => (await recordOf('P-2')) && (await offsetsDone()))
  const { rows } = await hub.database.pool.query('select key from record where dataset = $1 order by key', [dataset])
  expect(rows.map(row => row.key)).toEqual(['P-1', 'P-2'])
  const history = await hub.database.pool.query('select from record_history where dataset = $1', [dataset])
  expect(history.rowCount).toBe(0)
})

test('the newest version wins, whatever the order of delivery, and older ones are history', async () => {
  await publish(
    { number: 'P-3', sequence: 2, data: { income: 2 } },
    { number: 'P-3', sequence: 3, change: 'suspended', data: { income: 3, partner: { id: bob } } },
    { number: 'P-3', sequence: 1, data: { income: 1 } },
  )
  await eventually(async () => (await recordOf('P-3'))?.sequence === 3)
  await publish({ number: 'P-3', sequence: 0, data: { income: 0 } })
  await eventually(offsetsDone)
  expect(await recordOf('P-3')).toMatchObject({ sequence: 3, status: 'suspended', body: { income: 3 } })
  const { rows } = await hub.database.pool.query(
    'select sequence from record_history where dataset = $1 and key = $2 order by sequence',
    [dataset, 'P-3'],
  )
  expect(rows.map(row => row.sequence)).toEqual([0, 1, 2])
  const subjects = await hub.database.pool.query(
    'select subject_id from record_subject where dataset = $1 and key = $2 order by subject_id',
    [dataset, 'P-3'],
  )
  expect(subjects.rows.map(row => row.subject_id)).toEqual([alice, bob].sort())
})

test('what cannot be accepted is rejected with its reason, and the next record is ingested all the same', async () => {
  const good = permitMessage(department, { number: 'P-10', sequence: 1 })
  const withHeaders = (more: Record<string, string>) => ({ ...good, headers: { ...good.headers, ...more } })
  const deep = `{"number":"P-10","holder":${'['.repeat(50_000)}${']'.repeat(50_000)}}`
  await publisher.publish(`datarun.${dataset}`, [
    { ...good, value: 'not json' },
    { ...good, value: Buffer.from([0xff, 0xfe]) },
    { ...good, value: '' },
    { ...good, value: '[1]' },
    { ...good, value: deep },
    { ...good, value: Buffer.from([0, 0, 0, 0, 99, 123, 125]) },
    withHeaders({ ce_specversion: '0.3' }),
    withHeaders({ ce_source: '/departments/other/systems/registry' }),
    withHeaders({ ce_sequence: '-1' }),
    withHeaders({ ce_dataschema: `urn:datarun:${dataset}:v9` }),
    { ...good, key: 'P-11', headers: { ...good.headers, ce_subject: 'P-11' } },
    permitMessage(department, { number: 'P-10', sequence: 1, data: { holder: { id: '110105194912310021' } } }),
    permitMessage(department, { number: 'P-10', sequence: 1, data: { surprise: 1 } }),
    good,
    permitMessage(department, { number: 'P-10', sequence: 1, id: 'another-event' }),
    permitMessage(department, { number: 'P-12', sequence: 1, data: { holder: { id: alice, name: 'a\u0000b' } } }),
  ])
  await eventually(async () => (await recordOf('P-10')) && (await offsetsDone()))
  const answer = await hub.call('GET', `/v1/datasets/${dataset}/rejections?limit=100`, `${department}/registry`)
  const codes = answer.body.items.map((item: { code: string }) => item.code).sort()
  expect(codes).toEqual(
    [
      ...['RECORD_NOT_JSON', 'RECORD_NOT_JSON', 'RECORD_EMPTY', 'RECORD_NOT_JSON', 'RECORD_TOO_DEEP', 'SCHEMA_UNKNOWN'],
      ...['ENVELOPE_INVALID', 'SOURCE_MISMATCH', 'ENVELOPE_INVALID', 'SCHEMA_UNKNOWN', 'KEY_MISMATCH'],
      ...['RECORD_INVALID', 'RECORD_INVALID', 'SEQUENCE_REUSED', 'RECORD_UNSTORABLE'],
    ].sort(),
  )
  const unexpected = answer.body.items.find((item: { pointer: string }) => item.pointer === '/surprise')
  expect(unexpected.violations).toEqual([
    expect.objectContaining({ pointer: '/surprise', keyword: 'additionalProperties' }),
  ])
  expect(answer.text).not.toContain('110105194912310021')
})

test('a record whose number, member or text would be altered is rejected with its place, and nothing of it is stored', async () => {
  const written = (number: string, income: string) => {
    const message = permitMessage(department, { number, sequence: 1, data: { income: 0 } })
    return { ...message, value: message.value.toString().replace('"income":0', income) }
  }
  const altered: [string, string][] = [
    ['"income":636507967185264641', '/income'],
    ['"income":1e400', '/income'],
    ['"income":1e-400', '/income'],
    ['"income":1,"income":2', '/income'],
    ['"income":1,"__proto__":{"a":1}', '/*'],
    ['"income":1,"extra":"\\ud800"', '/extra'],
    ['"income":1,"31011519900307101X":[1e400]', '/*/0'],
  ]
  const last = `P-${3_600 + altered.length}`
  await publisher.publish(`datarun.${dataset}`, [
    ...altered.map(([text], at) => written(`P-${3_600 + at}`, text)),
    written(last, '"income":1.20e2'),
  ])
  await eventually(() => recordOf(last))
  expect((await recordOf(last)).body.income).toBe(120)
  for (const at of altered.keys()) expect(await recordOf(`P-${3_600 + at}`)).toBeFalsy()
  const { body } = await hub.call('GET', `/v1/datasets/${dataset}/rejections?limit=100`, `${department}/registry`)
  const pointers = body.items.map((item: { pointer?: string }) => item.pointer)
  for (const [, pointer] of altered) expect(pointers).toContain(pointer)
})

test('a rejected message is copied to the rejected topic with its reason and its place', async () => {
  const seen: { code: string; position: string; value: string }[] = []
  const consumption = await hub.kafka.consume({
    groupId: `check-${department}`,
    topics: [`datarun.${dataset}.rejected`],
    handle: async ({ messages }) => {
      for (const { headers, value } of messages) {
        seen.push({
          code: String(headers.datarun_code),
          position: String(headers.datarun_position),
          value: String(value),
        })
      }
      return 'done'
    },
  })
  await eventually(() => seen.some(({ value }) => value === 'not json'))
  await consumption.stop()
  expect(seen.find(({ value }) => value === 'not json')).toMatchObject({
    code: 'RECORD_NOT_JSON',
    position: expect.stringMatching(new RegExp(`^datarun\\.${dataset}/[0-9]+/[0-9]+$`)),
  })
})

test('a rejection is replayed once its reason is gone', async () => {
  const schema = await hub.call('GET', `/v1/datasets/${dataset}/schemas/latest`, `${department}/registry`)
  await publish({ number: 'P-20', sequence: 1, version: 2 })
  const rejected = await eventually(async () => {
    const list = await hub.call('GET', `/v1/datasets/${dataset}/rejections?limit=1`, `${department}/registry`)
    return list.body.items[0]?.code === 'SCHEMA_UNKNOWN' && list.body.items[0].id
  })
  const path = `/v1/datasets/${dataset}/rejections/${rejected}/replay`
  expect(await hub.call('POST', path, `${department}/registry`)).toMatchObject({
    status: 422,
    body: { code: 'SCHEMA_UNKNOWN' },
  })
  const second = { ...schema.body.schema, $id: `urn:datarun:${dataset}:v2`, title: 'second' }
  await hub.call('POST', `/v1/datasets/${dataset}/schemas`, 'hub/operator', { schema: second })
  expect(await hub.call('POST', path, `${department}/registry`)).toMatchObject({
    status: 200,
    body: { outcome: 'stored' },
  })
  expect(await recordOf('P-20')).toMatchObject({ schema_version: 2 })
})

test('another department sees neither the rejections nor that they exist', async () => {
  const other = uniqueDepartment('other')
  await registerDepartment(hub, other)
  const forbidden = await hub.call('GET', `/v1/datasets/${dataset}/rejections`, `${other}/registry`)
  const missing = await hub.call('GET', '/v1/datasets/nobody.nothing/rejections', `${other}/registry`)
  const plain = (text: string) => text.replace(/"request":"[^"]+"/, '')
  expect(forbidden.status).toBe(404)
  expect(plain(forbidden.text)).toBe(plain(missing.text))
})

/** Whether everything published so far was taken in: every partition's position is at its end. */
async function offsetsDone() {
  const lag = await hub.exchange.hub.metrics.ingestLag.get()
  const stored = await hub.database.pool.query('select sum(next_offset) as sum from ingest_offset where topic = $1', [
    `datarun.${dataset}`,
  ])
  return (
    lag.values.every(({ value }) => value === 0) &&
    Number(stored.rows[0].sum) > 0 &&
    settled(Number(stored.rows[0].sum))
  )
}
let before = -1
const settled = (sum: number) => {
  const same = sum === before
  before = sum
  return same
}
