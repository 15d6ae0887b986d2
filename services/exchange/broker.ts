/** What the hub asks of Kafka beside reading and writing: topics, rights, a sign of life. Connects at first use. */
import type { KafkaConnection, Place, TopicAdmin } from '../contract/kafka.ts'
import { rejectedTopicOf, topicOf } from './catalogue/dataset.ts'

export type Broker = {
  prepareDataset(dataset: string): Promise<void>
  /** `secured` brokers only: lets the system write to its own department's topics. */
  admitSystem(system: string, department: string): Promise<void>
  /** The offset that the next message of a partition will have. */
  endOf(place: Place): Promise<number>
  ping(): Promise<void>
  close(): Promise<void>
}

export type BrokerOptions = { kafka: KafkaConnection; partitions: number; secured: boolean }

export function openBroker({ kafka, partitions, secured }: BrokerOptions): Broker {
  let admin: Promise<TopicAdmin> | undefined
  let ping: Promise<void> | undefined
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
    endOf: async ({ topic, partition }) => (await (await connected()).ends(topic)).get(partition) ?? 0,
    // Whoever asks while an answer is awaited waits for the same one: without a broker that can take seconds.
    ping: () => {
      ping ??= connected()
        .then(open => open.ping())
        .finally(() => {
          ping = undefined
        })
      return ping
    },
    close: async () => void (await admin?.then(open => open.close()).catch(() => {})),
  }
}
