/**
 * kafkajs 2.2.4 speaks Metadata up to version 6; the ids of topics (KIP-516) begin at version 10. A topic that is deleted and
 * made anew has another id, and nothing else tells. This teaches kafkajs version 10: brokers since Kafka 2.8 know it, with
 * older ones kafkajs goes on as it did and topics have no id.
 */
import { moduleOf } from '../own-kafkajs.ts'

type Request = { topics: string[]; allowAutoTopicCreation?: boolean }
type Protocol = {
  versions: string[]
  protocol: (about: { version: number }) => (asked: Request) => { request: object; response: object }
}

/** As kafkajs names it, and the topic's id. */
export type TopicMetadata = {
  topicErrorCode: number
  topic: string
  topicId: string
  isInternal: boolean
  partitionMetadata: { partitionErrorCode: number; partitionId: number; leader: number }[]
}

const apiKey = 3
const versionWithIds = 10
const versionOfKafkajs = 6
const noTags = Buffer.from([0])
const noId = Buffer.alloc(16)

/** In the form in which kafkajs hands on what its encoders wrote. */
function encoded({ topics, allowAutoTopicCreation = true }: Request) {
  // The first byte ends the header of the request, which has tags since version 9; kafkajs writes the header without.
  const parts = [noTags, lengthOf(topics.length === 0 ? null : topics.length)]
  for (const topic of topics) parts.push(noId, lengthOf(Buffer.byteLength(topic)), Buffer.from(topic), noTags)
  parts.push(Buffer.from([allowAutoTopicCreation ? 1 : 0, 0, 0]), noTags)
  const bytes = Buffer.concat(parts)
  return { buf: bytes, buffer: bytes, offset: bytes.length, size: () => bytes.length }
}

/** Compact texts have their length plus one before them, seven bits to a byte; 0 stands for null. */
function lengthOf(length: number | null): Buffer {
  const bytes: number[] = []
  let left = length === null ? 0 : length + 1
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return Buffer.from([...bytes, left])
}

function decodeMetadata(answer: Buffer) {
  const reader = readerOf(answer)
  reader.tags()
  const clientSideThrottleTime = reader.int32()
  const brokers = reader.list(() => {
    const broker = { nodeId: reader.int32(), host: reader.text(), port: reader.int32(), rack: reader.text() }
    reader.tags()
    return broker
  })
  const clusterId = reader.text()
  const controllerId = reader.int32()
  const topicMetadata = reader.list(() => readTopic(reader))
  return { throttleTime: 0, clientSideThrottleTime, brokers, clusterId, controllerId, topicMetadata }
}

function readTopic(reader: Reader): TopicMetadata {
  const topicErrorCode = reader.int16()
  const topic = reader.text() ?? ''
  const topicId = reader.id()
  const isInternal = reader.int8() !== 0
  const partitionMetadata = reader.list(() => {
    const partition = { partitionErrorCode: reader.int16(), partitionId: reader.int32(), leader: reader.int32() }
    reader.int32()
    const [replicas, isr, offlineReplicas] = [reader.numbers(), reader.numbers(), reader.numbers()]
    reader.tags()
    return { ...partition, replicas, isr, offlineReplicas }
  })
  reader.int32()
  reader.tags()
  return { topicErrorCode, topic, topicId, isInternal, partitionMetadata }
}

type Reader = ReturnType<typeof readerOf>

function readerOf(bytes: Buffer) {
  let at = 0
  const take = (length: number) => {
    at += length
    return at - length
  }
  const varint = () => {
    let value = 0
    for (let factor = 1; ; factor *= 128) {
      const byte = bytes.readUInt8(take(1))
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  const list = <T>(read: () => T): T[] => Array.from({ length: Math.max(0, varint() - 1) }, read)
  const int32 = () => bytes.readInt32BE(take(4))
  return {
    int8: () => bytes.readInt8(take(1)),
    int16: () => bytes.readInt16BE(take(2)),
    int32,
    list,
    numbers: () => list(int32),
    id: () => bytes.subarray(take(16), at).toString('hex'),
    text: (): string | null => {
      const length = varint() - 1
      return length < 0 ? null : bytes.toString('utf8', take(length), at)
    },
    tags: () => {
      for (let count = varint(); count > 0; count--) {
        varint()
        take(varint())
      }
    },
  }
}

function teachIds(metadata: Protocol, parse: unknown): void {
  const { protocol } = metadata
  const response = { decode: async (answer: Buffer) => decodeMetadata(answer), parse }
  metadata.versions.push(String(versionWithIds))
  metadata.protocol = about =>
    about.version === versionWithIds
      ? asked => ({
          request: { apiKey, apiVersion: versionWithIds, apiName: 'Metadata', encode: async () => encoded(asked) },
          response,
        })
      : protocol({ version: Math.min(about.version, versionOfKafkajs) })
}

teachIds(
  moduleOf('src/protocol/requests/metadata/index.js') as Protocol,
  (moduleOf('src/protocol/requests/metadata/v6/response.js') as { parse: unknown }).parse,
)
