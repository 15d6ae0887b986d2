/** What the hub asks of Kafka beside reading and writing: topics, rights, a sign of life. Connects at first use. */
import type { KafkaConnection, TopicAdmin } from '../contract/kafka.ts'
import { rejectedTopicOf, topicOf } from './catalogue/dataset.ts'

export type Broker = {
  prepareDataset(dataset: string): Promise<void>
  /** `secured` brokers only: lets the system write to its own department's topics. */
  admitSystem(system: string, department: string): Promise<void>
  ping(): Promise<void>
  close(): Promise<void>
}

export type BrokerOptions = { kafka: KafkaConnection; partitions: number; secured: boolean }

export function openBroker({ kafka, partitions, secured }: BrokerOptions): Broker {
  let admin: Promise<TopicAdmin> | undefined
  const connected = async () => {
    admin ??= kafka.admin()
    try {
      return await admin
    } catch (error) {
      admin = undefined
      throw error
    }
  }
  return {
    prepareDataset: async dataset =>
      (await connected()).createTopics([
        { name: topicOf(dataset), partitions },
        { name: rejectedTopicOf(dataset), partitions: 1 },
      ]),
    admitSystem: async (system, department) => {
      if (secured) await (await connected()).allowWriting(system, `datarun.${department}.`)
    },
    ping: async () => (await connected()).ping(),
    close: async () => void (await admin?.then(open => open.close()).catch(() => {})),
  }
}
