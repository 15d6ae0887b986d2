/**
 * A topic that is deleted and made anew under its name, or that retention emptied: the fault kept out is that records which
 * Kafka acknowledged are passed over in silence, as offsets of another topic.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { createLog } from '../../services/contract/log.ts'
import { type Exchange, startExchange } from '../../services/exchange/exchange.ts'
import { readExchangeSettings } from '../../services/exchange/settings.ts'
import { datasetOf, permitMessage, permitSchema, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { openTopicTools, type TopicTools } from '../support/topic-admin.ts'

const department = uniqueDepartment('anew')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let tools: TopicTools
let numbers = 0

beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST: 'false' } })
  await registerDepartment(hub, department)
  tools = await openTopicTools(hub.environment.DATARUN_KAFKA_BROKERS!.split(','))
})
afterAll(async () => {
  await tools?.close()
  await hub?.close()
})

let written = ''
async function whileRunning<T>(work: (exchange: Exchange) => Promise<T>): Promise<T> {
  written = ''
  const write = (line: string) => {
    written += line
  }
  const settings = readExchangeSettings({ ...hub.environment, DATARUN_INGEST: 'true' })
  const exchange = await startExchange(settings, createLog('test', 'info', { write }))
  try {
    return await work(exchange)
  } finally {
    await exchange.stop()
  }
}

/** So many records nobody sent before, onto partition 0; resolves with their keys. */
async function send(count: number): Promise<string[]> {
  const keys = Array.from({ length: count }, () => `P-${++numbers}`)
  const messages = keys.map(number => ({ ...permitMessage(department, { number, sequence: 1 }), partition: 0 }))
  await tools.send(topic, messages)
  return keys
}

async function expectStored(keys: string[]) {
  const text = 'select key from record where dataset = $1 and key = any($2)'
  const missing = async () => {
    const { rows } = await hub.database.pool.query<{ key: string }>(text, [dataset, keys])
    const found = new Set(rows.map(({ key }) => key))
    return keys.filter(key => !found.has(key))
  }
  await eventually(async () => (await missing()).length === 0, { timeout: 20_000 }).catch(() => {})
  expect(await missing()).toEqual([])
}

/** The newest line that the steward is shown of partition 0 of this dataset. */
async function newestNotice() {
  const { body } = await hub.call('GET', `/v1/datasets/${dataset}/rejections`, `${department}/registry`)
  return body.items.find(({ partition }: { partition: number }) => partition === 0)
}

test.each([
  ['longer', 5, 12],
  ['as long', 5, 5],
  ['shorter', 9, 3],
])('made anew while the hub was away, %s than what was read: all of it is taken in', async (_how, before, after) => {
  await tools.makeAnew(topic)
  const old = await send(before)
  await whileRunning(() => expectStored(old))
  await tools.makeAnew(topic)
  const fresh = await send(after)
  await whileRunning(async exchange => {
    await expectStored(fresh)
    const metrics = await (await fetch(`${exchange.address}/metrics`)).text()
    expect(metrics).toContain(`datarun_ingest_breaks_total{dataset="${dataset}",what="made-anew"} 2`)
  })
  expect(await newestNotice()).toMatchObject({ code: 'TOPIC_RESTARTED', partition: 0, offset: before })
  const line = written
    .split('\n')
    .find(text => text.includes('the topic was made anew') && text.includes('"partition":0'))
  expect(JSON.parse(line!)).toMatchObject({ dataset, partition: 0, stood: before, logStart: 0, logEnd: after })
  expect(written).not.toContain('they are read now')
})

test('made anew under the running consumer, longer and as long: all of it is taken in, the neighbours as well', async () => {
  const other = `${department}.other`
  const { id: _, ...entry } = datasetOf(department, { id: other })
  await hub.call('PUT', `/v1/datasets/${other}`, 'hub/operator', entry)
  const schema = { ...permitSchema(department), $id: `urn:datarun:${other}:v1` }
  await hub.call('POST', `/v1/datasets/${other}/schemas`, 'hub/operator', { schema })
  await whileRunning(async () => {
    for (const [before, after] of [
      [4, 9],
      [3, 3],
    ] as const) {
      await tools.makeAnew(topic)
      await expectStored(await send(before))
      await tools.makeAnew(topic)
      await expectStored(await send(after))
    }
  })
})

test('a topic that is deleted and not made again stops no other', async () => {
  const other = `datarun.${department}.other`
  await whileRunning(async () => {
    await expectStored(await send(1))
    await tools.deleteTopic(other)
    // Until kafkajs has noticed.
    await new Promise(resolve => setTimeout(resolve, 3_000))
    await expectStored(await send(2))
    await tools.createTopic(other)
  })
})

test('from before ids were remembered: a topic that holds what was read goes on, one made anew is read from its start', async () => {
  const forget = () => hub.database.pool.query('update ingest_offset set topic_id = null where topic = $1', [topic])
  await whileRunning(async () => expectStored(await send(5)))
  await forget()
  await whileRunning(async () => expectStored(await send(1)))
  expect(written).not.toContain('made anew')
  await forget()
  await tools.makeAnew(topic)
  const fresh = await send(30)
  await whileRunning(() => expectStored(fresh))
  expect(written).toContain('the topic was made anew')
})

test('what retention removed unread is named with its range, to the steward too; what is left is taken in', async () => {
  const seen = await send(3)
  await whileRunning(() => expectStored(seen))
  const { rows } = await hub.database.pool.query('select next_offset as next from ingest_offset where topic = $1', [
    topic,
  ])
  const next = Math.max(...rows.map(row => row.next))
  await send(4)
  const left = await send(2)
  await tools.removeBefore(topic, 0, next + 4)
  await whileRunning(() => expectStored(left))
  const detail = expect.stringContaining(`Offsets ${next} to ${next + 3} are gone`)
  expect(await newestNotice()).toMatchObject({ code: 'RECORDS_GONE', offset: next, detail })
  expect(written).toContain('retention removed messages that were never taken in')
  expect(written).not.toContain('they are read now')
})

test('records that were read before and come again change nothing', async () => {
  const keys = await send(5)
  await whileRunning(() => expectStored(keys))
  const count = async () => (await hub.database.pool.query('select from record_history')).rowCount
  const before = await count()
  await hub.database.pool.query(`update ingest_offset set topic_id = 'another' where topic = $1`, [topic])
  await whileRunning(async () => expectStored(await send(1)))
  expect(await count()).toBe(before)
})
