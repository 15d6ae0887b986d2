/** Batches byte by byte, as no producer's library would send them: brokers check less of them than one thinks. */
import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'
import { crc32c } from '../../services/contract/crc32c.ts'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import { eventually } from './eventually.ts'

const lengths = (n: number): number[] => {
  const bytes: number[] = []
  let left = (n << 1) ^ (n >> 31)
  for (left >>>= 0; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return [...bytes, left]
}
const counted = (content: Buffer) => [Buffer.from(lengths(content.length)), content]

/** A record that says of itself that it stands `delta` after the first of its batch. */
export function rawRecord({ key, value, headers }: OutgoingMessage, delta: number): Buffer {
  const pairs = Object.entries(headers)
    .flat()
    .flatMap(text => counted(Buffer.from(text)))
  const body = Buffer.concat([
    Buffer.from([0, 0, ...lengths(delta)]),
    ...counted(Buffer.from(key)),
    ...counted(Buffer.from(value)),
    Buffer.from(lengths(Object.keys(headers).length)),
    ...pairs,
  ])
  return Buffer.concat(counted(body))
}

export function rawBatch(records: readonly Buffer[], head: { lastDelta?: number; count?: number } = {}): Buffer {
  const bytes = Buffer.concat([Buffer.alloc(61), ...records])
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt8(2, 16)
  bytes.writeInt32BE(head.lastDelta ?? records.length - 1, 23)
  for (const at of [27, 35]) bytes.writeBigInt64BE(BigInt(Date.now()), at)
  bytes.writeBigInt64BE(-1n, 43)
  bytes.writeInt16BE(-1, 51)
  bytes.writeInt32BE(-1, 53)
  bytes.writeInt32BE(head.count ?? records.length, 57)
  bytes.writeUInt32BE(crc32c(bytes, 21, bytes.length), 17)
  return bytes
}

type Node = { connectionPool: { send(call: object): Promise<unknown> } }
type Cluster = {
  connect(): Promise<void>
  disconnect(): Promise<void>
  addTargetTopic(topic: string): Promise<void>
  findBroker(about: { nodeId: string }): Promise<Node>
  findLeaderForPartitions(topic: string, partitions: number[]): Record<string, number[]>
}
const v3 = createRequire(import.meta.url)('kafkajs/src/protocol/requests/produce/v3/response.js') as object

/** To partition 0. Throws what the broker refuses it for. */
export async function sendRaw(brokers: string[], topic: string, batch: Buffer): Promise<void> {
  const kafka = new kafkajs.Kafka({ brokers, clientId: 'raw', logLevel: kafkajs.logLevel.NOTHING })
  const symbol = Object.getOwnPropertySymbols(kafka).find(({ description }) => description?.endsWith('createCluster'))!
  const make = (kafka as unknown as Record<symbol, (options: object) => Cluster>)[symbol]!
  const cluster = make({ allowAutoTopicCreation: false })
  await cluster.connect()
  try {
    await cluster.addTargetTopic(topic)
    const [nodeId] = Object.keys(cluster.findLeaderForPartitions(topic, [0]))
    const node = await cluster.findBroker({ nodeId: nodeId! })
    const name = Buffer.from(topic)
    const bytes = Buffer.concat([
      Buffer.from([0xff, 0xff, 0xff, 0xff, 0, 0, 0x27, 0x10, 0, 0, 0, 1, 0, name.length]),
      name,
      Buffer.from([0, 0, 0, 1, 0, 0, 0, 0]),
      Buffer.from(Uint32Array.of(batch.length).buffer).swap32(),
      batch,
    ])
    const encode = async () => ({ buf: bytes, buffer: bytes, offset: bytes.length, size: () => bytes.length })
    const request = { apiKey: 0, apiVersion: 3, apiName: 'Produce', encode }
    // Right after a topic was made its broker may not lead it yet, and takes nothing.
    await eventually(async () => {
      await node.connectionPool.send({ request, response: v3 })
      return true
    })
  } finally {
    await cluster.disconnect()
  }
}
