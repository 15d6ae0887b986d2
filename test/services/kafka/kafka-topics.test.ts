/** The hub's questions to a broker about topics: their ids, and where each log begins and ends. */
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import kafkajs, { type Admin, type Producer } from 'kafkajs'
import { createLog } from '../../../services/contract/log.ts'
import { connectKafka, type Topics } from '../../../services/kafka/kafka.ts'
import { eventually } from '../../support/eventually.ts'
import { sharedKafka, uniqueDepartment } from '../../support/kafka.ts'

const [topic, other] = [uniqueDepartment('described'), uniqueDepartment('described')]
let brokers: string[]
let topics: Topics
let admin: Admin
let producer: Producer

beforeAll(async () => {
  ;({ brokers } = await sharedKafka())
  topics = await connectKafka({ brokers, clientId: 'test', log: createLog('test', 'silent') }).topics()
  const kafka = new kafkajs.Kafka({ brokers, logLevel: kafkajs.logLevel.NOTHING })
  admin = kafka.admin()
  producer = kafka.producer({ createPartitioner: kafkajs.Partitioners.DefaultPartitioner })
  await Promise.all([admin.connect(), producer.connect()])
})
afterAll(async () => {
  await Promise.all([topics?.close(), admin?.disconnect(), producer?.disconnect()])
})

const make = (name: string, numPartitions: number) =>
  admin.createTopics({ topics: [{ topic: name, numPartitions }], waitForLeaders: false })
const send = (...values: string[]) =>
  producer.send({ topic, messages: values.map(value => ({ value, partition: 0, timestamp: value })) })
const read = async () => (await topics.read([topic, other, 'no-such-topic'])).get(topic)

test('says id, beginning and end of each partition, leaves out what does not exist, and tells a topic made anew', async () => {
  await make(topic, 2)
  await eventually(async () => (await read())?.partitions.size === 2)
  await send('1000', '2000', '3000')
  const before = await read()
  expect(before).toEqual({
    id: expect.stringMatching(/^[0-9a-f]{32}$/),
    partitions: new Map([
      [0, { start: 0, end: 3 }],
      [1, { start: 0, end: 0 }],
    ]),
  })
  expect(await topics.firstSince({ topic, partition: 0 }, 1_500)).toBe(1)
  expect(await topics.firstSince({ topic, partition: 0 }, 9_000)).toBeUndefined()
  await admin.fetchTopicOffsets(topic)
  await admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: '2' }] })
  expect((await read())?.partitions.get(0)).toEqual({ start: 2, end: 3 })
  await admin.deleteTopics({ topics: [topic] })
  await eventually(async () => (await read()) === undefined)
  await eventually(() => make(topic, 1))
  const after = await eventually(read)
  expect(after.id).toMatch(/^[0-9a-f]{32}$/)
  expect(after.id).not.toBe(before?.id)
})

test('many topics are asked for at once, and none at all', async () => {
  await make(other, 3)
  await eventually(async () => (await topics.read([topic, other])).size === 2)
  expect(await topics.read([])).toEqual(new Map())
})

test('kafkajs reads of a topic what it read before it was taught version 10', async () => {
  await make(other, 3).catch(() => {})
  await eventually(async () => (await topics.read([other])).size === 1)
  const script = `const { Kafka } = require('kafkajs'), admin = new Kafka({ brokers: ${JSON.stringify(brokers)} }).admin()
    admin.connect().then(() => admin.fetchTopicMetadata({ topics: ['${other}'] })).then(found => {
      process.stdout.write(JSON.stringify(found)); return admin.disconnect() })`
  const untouched = JSON.parse(execFileSync(process.execPath, ['-'], { input: script, encoding: 'utf8' }))
  expect(untouched.topics[0].partitions.length).toBe(3)
  const inOrder = (found: { topics: { partitions: { partitionId: number }[] }[] }) =>
    found.topics[0]!.partitions.sort((a, b) => a.partitionId - b.partitionId)
  expect(inOrder(await admin.fetchTopicMetadata({ topics: [other] }))).toEqual(inOrder(untouched))
})
