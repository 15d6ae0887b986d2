/**
 * A broker's answers about many topics at once: their ids, and where the log of each partition begins and ends. kafkajs's admin
 * asks topic by topic, three requests each; its cluster, which it keeps to itself, asks each broker once.
 */
import type { Kafka } from 'kafkajs'
import type { TopicMetadata } from './patches/metadata.ts'
import type { Place } from './subscription.ts'

/** `start` is the offset of the first message kept, `end` the one that the next message will have. */
export type PartitionLog = { start: number; end: number }
/** `id` changes when a topic is deleted and made anew; undefined where the broker knows no ids (before Kafka 2.8). */
export type TopicLog = { id: string | undefined; partitions: Map<number, PartitionLog> }

export type Topics = {
  /** A topic that does not exist is left out, and so is a partition that has no leader now. */
  read(names: readonly string[]): Promise<Map<string, TopicLog>>
  /** The offset of the first message whose timestamp is `time` (ms) or later; undefined where there is none. */
  firstSince(place: Place, time: number): Promise<number | undefined>
  close(): Promise<void>
}

type Asked = { topic: string; partitions: { partition: number }[]; fromBeginning?: boolean; fromTimestamp?: number }
type Answered = { topic: string; partitions: { partition: number; offset: string }[] }
type Cluster = {
  connect(): Promise<void>
  disconnect(): Promise<void>
  brokerPool: { refreshMetadata(topics: string[]): Promise<void>; metadata: { topicMetadata: TopicMetadata[] } | null }
  fetchTopicsOffset(topics: Asked[]): Promise<Answered[]>
}

export async function openTopics(kafka: Kafka): Promise<Topics> {
  const cluster = clusterOf(kafka)
  await cluster.connect()
  return {
    read: async names => {
      const found = await describe(cluster, names)
      const asked = found.map(({ topic, partitionMetadata }) => ({
        topic,
        partitions: partitionMetadata.filter(hasLeader).map(({ partitionId }) => ({ partition: partitionId })),
      }))
      const [starts, ends] = [await offsets(cluster, asked, true), await offsets(cluster, asked, false)]
      return new Map(found.map(one => [one.topic, logOf(one, starts, ends)]))
    },
    firstSince: async ({ topic, partition }, time) => {
      await describe(cluster, [topic])
      const [found] = await cluster.fetchTopicsOffset([{ topic, partitions: [{ partition }], fromTimestamp: time }])
      const offset = Number(found?.partitions[0]?.offset ?? -1)
      return offset < 0 ? undefined : offset
    },
    close: () => cluster.disconnect(),
  }
}

function clusterOf(kafka: Kafka): Cluster {
  const create = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.endsWith('createCluster'))
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[create!]!
  return make({ allowAutoTopicCreation: false, isolationLevel: readUncommitted })
}

const readUncommitted = 0
const noId = '0'.repeat(32)
const hasLeader = ({ leader }: { leader: number }) => leader >= 0

/** kafkajs refuses the whole answer where one topic does not exist: then all are asked for, and these are among them. */
async function describe({ brokerPool }: Cluster, names: readonly string[]): Promise<TopicMetadata[]> {
  if (names.length === 0) return []
  try {
    await brokerPool.refreshMetadata([...names])
  } catch (error) {
    if ((error as { type?: string }).type !== 'UNKNOWN_TOPIC_OR_PARTITION') throw error
    await brokerPool.refreshMetadata([])
  }
  const wanted = new Set(names)
  return (brokerPool.metadata?.topicMetadata ?? []).filter(({ topic }) => wanted.has(topic))
}

async function offsets(cluster: Cluster, asked: Asked[], fromBeginning: boolean): Promise<Map<string, number>> {
  const answered = await cluster.fetchTopicsOffset(asked.map(one => ({ ...one, fromBeginning })))
  return new Map(
    answered.flatMap(({ topic, partitions }) =>
      partitions.map(({ partition, offset }): [string, number] => [`${topic}/${partition}`, Number(offset)]),
    ),
  )
}

function logOf(
  { topic, topicId, partitionMetadata }: TopicMetadata,
  starts: Map<string, number>,
  ends: Map<string, number>,
): TopicLog {
  const partitions = new Map<number, PartitionLog>()
  for (const { partitionId } of partitionMetadata) {
    const place = `${topic}/${partitionId}`
    const [start, end] = [starts.get(place), ends.get(place)]
    if (start !== undefined && end !== undefined) partitions.set(partitionId, { start, end })
  }
  return { id: topicId === noId ? undefined : topicId, partitions }
}
