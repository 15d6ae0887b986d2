/** The hub's errands at Kafka beside reading and writing: topics, rights, a sign of life. Connects at first use. */

import { rejectedTopicOf, topicOf } from '../../contract/topic.ts'
import type { KafkaConnection, Place, TopicAdmin, TopicLog, TopicRights, Topics } from '../../kafka/kafka.ts'

export type Broker = {
  prepareDataset(dataset: string): Promise<void>
  /** `secured` brokers only: what the system may do with its department's topics, and nothing else. */
  keepRights(system: string, department: string, rights: TopicRights): Promise<void>
  /** `secured` brokers only: whether a schema reader sees which topics of datasets there are; never a message. */
  letSeeTopics(reader: string, may: boolean): Promise<void>
  /** The id and the logs of topics; one that does not exist is left out. */
  logs(topics: readonly string[]): Promise<Map<string, TopicLog>>
  /** The offset of the first message of a partition that was written at `time` (ms) or later; undefined where there is none. */
  firstSince(place: Place, time: number): Promise<number | undefined>
  ping(): Promise<void>
  close(): Promise<void>
}

export type BrokerOptions = { kafka: KafkaConnection; partitions: number; secured: boolean }

export function openBroker({ kafka, partitions, secured }: BrokerOptions): Broker {
  const admin = onceOpened<TopicAdmin>(() => kafka.admin())
  const topics = onceOpened<Topics>(() => kafka.topics())
  let ping: Promise<void> | undefined
  return {
    prepareDataset: async dataset =>
      (await admin.open()).createTopics([
        { name: topicOf(dataset), partitions },
        { name: rejectedTopicOf(dataset), partitions: 1 },
      ]),
    keepRights: async (system, department, rights) => {
      if (secured) await (await admin.open()).keepRights(system, topicOf(`${department}.`), rights)
    },
    letSeeTopics: async (reader, may) => {
      if (!secured) return
      const open = await admin.open()
      await (may ? open.allowSeeing : open.forbidSeeing)(reader, topicOf(''))
    },
    logs: async names => (await topics.open()).read(names),
    firstSince: async (place, time) => (await topics.open()).firstSince(place, time),
    // Callers share an answer that is awaited: without a broker that can take seconds.
    ping: () => {
      ping ??= admin
        .open()
        .then(open => open.ping())
        .finally(() => {
          ping = undefined
        })
      return ping
    },
    close: async () => {
      await admin.close()
      await topics.close()
    },
  }
}

/** Opened at first use, and again after that failed. */
function onceOpened<T extends { close(): Promise<void> }>(make: () => Promise<T>) {
  let opened: Promise<T> | undefined
  return {
    open: async () => {
      opened ??= make()
      try {
        return await opened
      } catch (error) {
        opened = undefined
        throw error
      }
    },
    close: async () => void (await opened?.then(open => open.close()).catch(() => {})),
  }
}
