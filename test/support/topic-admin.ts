/** Topics as administrators treat them behind the hub's back: deleted, made anew, emptied, given more partitions. */
import kafkajs, { type Admin, type ITopicConfig, type Message, type Producer } from 'kafkajs'
import { eventually } from './eventually.ts'

export type TopicTools = {
  admin: Admin
  /** Deletes it and makes it again, empty, under the same name. */
  makeAnew(topic: string, config?: Omit<ITopicConfig, 'topic'>): Promise<void>
  deleteTopic(topic: string): Promise<void>
  createTopic(topic: string, config?: Omit<ITopicConfig, 'topic'>): Promise<void>
  /** Removes what lies before `offset`, as retention does. */
  removeBefore(topic: string, partition: number, offset: number): Promise<void>
  /** By a producer of its own, as one that knows an older topic of this name is refused. */
  send(topic: string, messages: Message[], compression?: kafkajs.CompressionTypes): Promise<void>
  /** Each message in a transaction of its own, which ends as said. */
  sendTransactions(topic: string, messages: [Message, 'commit' | 'abort'][]): Promise<void>
  close(): Promise<void>
}

export async function openTopicTools(brokers: string[]): Promise<TopicTools> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'administrator', logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const isThere = async (topic: string) => (await admin.listTopics()).includes(topic)
  const deleteTopic = async (topic: string) => {
    await admin.deleteTopics({ topics: [topic] })
    await eventually(async () => !(await isThere(topic)))
  }
  const createTopic: TopicTools['createTopic'] = async (topic, config = { numPartitions: 2 }) => {
    await eventually(() => admin.createTopics({ topics: [{ topic, ...config }], waitForLeaders: false }))
    await eventually(() => isThere(topic))
  }
  return {
    admin,
    deleteTopic,
    createTopic,
    makeAnew: async (topic, config) => {
      await deleteTopic(topic)
      await createTopic(topic, config)
    },
    removeBefore: async (topic, partition, offset) => {
      await admin.fetchTopicOffsets(topic)
      await admin.deleteTopicRecords({ topic, partitions: [{ partition, offset: String(offset) }] })
    },
    send: async (topic, messages, compression = kafkajs.CompressionTypes.None) => {
      const producer: Producer = kafka.producer({
        allowAutoTopicCreation: false,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
        retry: { retries: 30, maxRetryTime: 500 },
      })
      await producer.connect()
      await eventually(() => producer.send({ topic, messages, compression }))
      await producer.disconnect()
    },
    sendTransactions: async (topic, messages) => {
      const producer = kafka.producer({
        transactionalId: `transactions-${topic}`,
        idempotent: true,
        maxInFlightRequests: 1,
        allowAutoTopicCreation: false,
        createPartitioner: kafkajs.Partitioners.DefaultPartitioner,
      })
      await producer.connect()
      for (const [message, end] of messages) {
        const transaction = await producer.transaction()
        await transaction.send({ topic, messages: [message] })
        await transaction[end]()
      }
      await producer.disconnect()
    },
    close: () => admin.disconnect(),
  }
}
