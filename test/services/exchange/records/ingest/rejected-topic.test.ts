/**
 * One rejected message whose time lay beyond 2^53 stopped the copies of every department: what is stored is read back, and
 * what cannot be sent is marked and told, while the copies of the others go on.
 */
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs from 'kafkajs'
import type { OutgoingMessage } from '../../../../../services/contract/envelope.ts'
import { permitMessage, registerDepartment } from '../../../../support/city-department.ts'
import { eventually } from '../../../../support/eventually.ts'
import { startTestHub, type TestHub } from '../../../../support/exchange.ts'
import { uniqueDepartment } from '../../../../support/kafka.ts'

const [odd, neighbour] = [uniqueDepartment('odd'), uniqueDepartment('neighbour')]
let hub: TestHub
let kafka: kafkajs.Kafka
beforeAll(async () => {
  hub = await startTestHub()
  for (const department of [odd, neighbour]) await registerDepartment(hub, department)
  const brokers = hub.environment.DATARUN_KAFKA_BROKERS!.split(',')
  kafka = new kafkajs.Kafka({ brokers, clientId: 'test', logLevel: kafkajs.logLevel.NOTHING })
})
afterAll(() => hub?.close())

const datasetOf = (department: string) => `${department}.permit`
const publish = async (department: string, ...messages: OutgoingMessage[]) => {
  const publisher = await hub.kafka.publisher()
  await publisher.publish(`datarun.${datasetOf(department)}`, messages)
  await publisher.close()
}
const bad = (department: string, pad = '') => ({
  ...permitMessage(department, { number: 'P-1', sequence: 1 }),
  value: `not json ${pad}`,
})
async function listed(department: string) {
  const path = `/v1/datasets/${datasetOf(department)}/rejections?limit=100`
  const { status, body } = await hub.call('GET', path, `${department}/registry`)
  expect(status).toBe(200)
  return body.items as { id: number; copy: string; offset: number }[]
}
const copies = async (department: string) => (await listed(department)).map(({ copy }) => copy)

/** As an earlier version of the hub stored it. */
async function storeAsOnceWas(time: bigint) {
  const text = `insert into rejection (dataset, topic, partition, kafka_offset, code, headers, message_time, value)
                values ($1, $2, 0, 1, 'RECORD_NOT_JSON', '{}', $3, 'x') returning id`
  const dataset = datasetOf(odd)
  return (await hub.database.pool.query(text, [dataset, `datarun.${dataset}`, time])).rows[0].id as number
}

test('a message of a time beyond 2^53 is copied like any other, and so are those of others', async () => {
  await storeAsOnceWas(2n ** 63n - 1n)
  const id = await storeAsOnceWas(-(2n ** 63n))
  await publish(odd, bad(odd))
  await publish(neighbour, bad(neighbour))
  await eventually(async () => (await copies(neighbour)).join() === 'published')
  await eventually(async () => (await copies(odd)).join() === 'published,published,published')
  const path = `/v1/datasets/${datasetOf(odd)}/rejections/${id}/replay`
  expect((await hub.call('POST', path, `${odd}/registry`)).status).toBe(422)
})

test('a copy that its topic will never take is marked and told; the next ones and those of others are copied', async () => {
  const admin = kafka.admin()
  await admin.connect()
  const configEntries = [{ name: 'max.message.bytes', value: '2000' }]
  const resources = [
    { type: kafkajs.ConfigResourceTypes.TOPIC, name: `datarun.${datasetOf(odd)}.rejected`, configEntries },
  ]
  await admin.alterConfigs({ validateOnly: false, resources })
  await admin.disconnect()
  const before = (await copies(odd)).length
  await publish(odd, bad(odd, 'x'.repeat(5_000)), bad(odd))
  await publish(neighbour, bad(neighbour))
  await eventually(async () => (await copies(odd)).length === before + 2 && !(await copies(odd)).includes('waiting'))
  expect((await copies(odd)).slice(0, 2)).toEqual(['published', 'impossible'])
  await eventually(async () => (await copies(neighbour)).join() === 'published,published')
  expect(hub.log()).toContain('a rejected message cannot be copied to its topic; not retrying')
  const { text } = await hub.call('GET', '/metrics')
  expect(text).toContain(`datarun_rejected_copies_impossible_total{dataset="${datasetOf(odd)}"} 1`)
})

test('while the rejected topic of one dataset is gone the copies of the others go on', async () => {
  const admin = kafka.admin()
  await admin.connect()
  const rejectedTopic = `datarun.${datasetOf(odd)}.rejected`
  await admin.deleteTopics({ topics: [rejectedTopic] })
  // The broker deletes later than it says: a copy that is quicker would be on the topic, and gone with it.
  await eventually(async () => !(await admin.listTopics()).includes(rejectedTopic))
  await publish(odd, bad(odd))
  await eventually(async () => (await copies(odd)).includes('waiting'))
  await publish(neighbour, bad(neighbour))
  await eventually(async () => (await copies(neighbour)).join() === 'published,published,published', {
    timeout: 150_000,
  })
  await admin.createTopics({ topics: [{ topic: rejectedTopic, numPartitions: 1 }] })
  await eventually(async () => !(await copies(odd)).includes('waiting'), { timeout: 150_000 })
  await admin.disconnect()
})
