import { randomBytes } from 'node:crypto'
import { expect, test } from '@jest/globals'
import { createLog } from '../../../../../services/contract/log.ts'
import { checkpointTopic, startCheckpointTopic } from '../../../../../services/exchange/log/keeping/checkpoint-topic.ts'
import { connectKafka } from '../../../../../services/kafka/kafka.ts'
import { eventually } from '../../../../support/eventually.ts'
import { sharedKafka } from '../../../../support/kafka.ts'

const log = createLog('test', 'silent')

test('the newest checkpoint comes to the topic under the log’s name, and answers never wait for it', async () => {
  const { brokers } = await sharedKafka()
  const kafka = connectKafka({ brokers, clientId: 'test', log })
  const origin = `hub.test/${randomBytes(4).toString('hex')}`
  const topic = startCheckpointTopic(kafka, origin, log, 20)
  const admin = await kafka.admin()
  const written = async () => [...(await admin.ends(checkpointTopic)).values()].reduce((sum, end) => sum + end, 0)
  topic.keep('first')
  await eventually(written)
  const seen: string[] = []
  const consumption = await kafka.consume({
    groupId: origin.replace('/', '-'),
    topics: [checkpointTopic],
    positions: async places => places.map(place => ({ ...place, offset: 0 })),
    handle: async ({ messages }) => {
      for (const { key, value } of messages) if (key?.toString() === origin) seen.push(String(value))
      return 'done'
    },
  })
  for (const checkpoint of ['second', 'third', 'fourth']) topic.keep(checkpoint)
  await eventually(() => seen.at(-1) === 'fourth', { timeout: 100_000 })
  expect(seen[0]).toBe('first')
  await topic.stop()
  await consumption.stop()
  await admin.close()
}, 120_000)

test('a broker that does not answer stops neither the hub nor its end', async () => {
  const kafka = connectKafka({ brokers: ['127.0.0.1:1'], clientId: 'test', log })
  const topic = startCheckpointTopic(kafka, 'hub.test/none', log, 20)
  expect(topic.keep('a checkpoint')).toBeUndefined()
  await topic.stop()
})
