/**
 * A partition that does not move though messages wait: the fault kept out is that readiness stays green and the lag at nothing,
 * and that the other partitions wait with it. A lock that nobody gives back makes the storing of one partition fail, again and
 * again.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import pg from 'pg'
import { permitMessage, registerDepartment } from '../support/city-department.ts'
import { eventually } from '../support/eventually.ts'
import { startTestHub, type TestHub } from '../support/exchange.ts'
import { uniqueDepartment } from '../support/kafka.ts'
import { openTopicTools, type TopicTools } from '../support/topic-admin.ts'

const department = uniqueDepartment('still')
const dataset = `${department}.permit`
const topic = `datarun.${dataset}`
let hub: TestHub
let tools: TopicTools
let numbers = 0

// A lock is waited for by ten seconds, which hold up the other partition as well: patience is longer.
beforeAll(async () => {
  hub = await startTestHub({ environment: { DATARUN_INGEST_PATIENCE: '15' } })
  await registerDepartment(hub, department)
  tools = await openTopicTools(hub.environment.DATARUN_KAFKA_BROKERS!.split(','))
})
afterAll(async () => {
  await tools?.close()
  await hub?.close()
})

async function send(partition: number): Promise<string> {
  const number = `P-${++numbers}`
  await tools.send(topic, [{ ...permitMessage(department, { number, sequence: 1 }), partition }])
  return number
}
const isStored = async (key: string) =>
  (await hub.database.pool.query('select from record where dataset = $1 and key = $2', [dataset, key])).rowCount === 1
const readiness = async () => (await hub.call('GET', '/readyz')).body
const metric = async (start: string) =>
  (await hub.call('GET', '/metrics')).text.split('\n').find(line => line.startsWith(start))

test('storing fails for one partition alone: it is named, with its age and its lag, and the other one goes on', async () => {
  await Promise.all([send(0), send(1)].map(async key => eventually(async () => isStored(await key))))
  expect(await readiness()).toMatchObject({ ready: true })
  // One that waits for as long as it likes.
  const client = new pg.Client({ connectionString: hub.database.url })
  await client.connect()
  let waiting: string
  try {
    await client.query('begin')
    await client.query('select from ingest_offset where topic = $1 and partition = 0 for update', [topic])
    waiting = await send(0)
    for (let n = 0; n < 3; n++) {
      const other = await send(1)
      await eventually(() => isStored(other))
    }
    const named = await eventually(async () => (await readiness()).standing?.[0])
    expect(named).toMatchObject({ dataset, partition: 0, because: 'not-moving', seconds: expect.any(Number) })
    expect(named.seconds).toBeGreaterThanOrEqual(15)
    expect(await metric(`datarun_ingest_lag_messages{dataset="${dataset}",partition="0"}`)).toMatch(/ 1$/)
    expect(await metric(`datarun_ingest_standing_still{dataset="${dataset}",because="not-moving"}`)).toMatch(/ 1$/)
    const age = await metric(`datarun_ingest_oldest_seconds{dataset="${dataset}"}`)
    expect(Number(age?.split(' ')[1])).toBeGreaterThanOrEqual(15)
    expect(await isStored(waiting)).toBe(false)
  } finally {
    await client.end()
  }
  await eventually(() => isStored(waiting))
  await eventually(async () => (await readiness()).ready)
}, 240_000)

test('a topic that is missing is named, too', async () => {
  await tools.deleteTopic(topic)
  const named = await eventually(async () => (await readiness()).standing?.[0])
  expect(named).toMatchObject({ dataset, because: 'no-topic' })
  await tools.createTopic(topic)
  const key = await send(0)
  await eventually(() => isStored(key))
  await eventually(async () => (await readiness()).ready)
})

test('marks of transactions wait for nobody: the partition does not seem to stand still', async () => {
  await tools.sendTransactions(topic, [
    [{ ...permitMessage(department, { number: `P-${++numbers}`, sequence: 1 }), partition: 0 }, 'commit'],
    [{ ...permitMessage(department, { number: `P-${++numbers}`, sequence: 1 }), partition: 0 }, 'abort'],
  ])
  await eventually(async () =>
    / 0$/.test((await metric(`datarun_ingest_lag_messages{dataset="${dataset}",partition="0"}`)) ?? ''),
  )
  expect(await isStored(`P-${numbers - 1}`)).toBe(true)
  expect(await isStored(`P-${numbers}`)).toBe(false)
})
