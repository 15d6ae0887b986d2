/**
 * kafkajs 2.2.4 stops reading all partitions for good at a batch that it cannot unpack (snappy, lz4, zstd, broken bytes), and
 * at one of more records than a call has arguments. Here such a batch stands among the messages as one that says so, in its
 * place; what comes before it is read, and so is every other partition.
 */

import { codecs } from '../codecs.ts'
import { moduleOf, replaceModule } from '../own-kafkajs.ts'
import { type BatchContext, FetchedRecord } from './fetch.ts'

/** kafkajs's own decoder, as far as it is used here. */
type Bytes = { readInt32(): number; canReadBytes(length: number): boolean; readBytes(length: number): Buffer }

/** `first` and `last` are offsets; `bytes` is the whole batch as it stands in the log. */
export type UnreadableBatch = { first: number; last: number; because: string; bytes: Buffer }

type Batch = { first: bigint; last: bigint; attributes: number; bytes: Buffer }

const lengthBytes = 12
const headBytes = 61
const magicAt = 16
const recordBatches = 2
/** Of one batch, unpacked. Producers pack up to 1 MiB by default, which text fills some twentyfold. */
export const mostUnpacked = 32 * 1024 * 1024
/** Of one partition and fetch: what is beyond it comes with the next one. */
const enoughUnpacked = 8 * 1024 * 1024

/** Result of a fetch for one partition. The last batch may be cut off: then it comes whole with the next fetch. */
export function batchReader(readOldFormat: (bytes: Bytes, size: number) => Promise<object[]>) {
  return async (decoder: Bytes): Promise<object[]> => {
    const size = decoder.readInt32()
    if (size <= 0 || !decoder.canReadBytes(size)) return []
    const bytes = decoder.readBytes(size)
    if (bytes.length > magicAt && bytes[magicAt] !== recordBatches) return readOldFormat(decoderOf(bytes), size)
    const messages: object[] = []
    let sum = 0
    for (const batch of wholeBatches(bytes)) {
      if (sum > enoughUnpacked) break
      try {
        const records = await unpacked(batch.attributes & 0x07, batch.bytes.subarray(headBytes))
        sum += records.length
        for (const message of readRecords(batch, records)) messages.push(message)
      } catch (error) {
        messages.push(unreadable(batch, error))
        break
      }
    }
    return messages
  }
}

function* wholeBatches(bytes: Buffer): Generator<Batch> {
  for (let at = 0; at + headBytes <= bytes.length; ) {
    const end = at + lengthBytes + bytes.readInt32BE(at + 8)
    if (end > bytes.length || end < at + headBytes) return
    const first = bytes.readBigInt64BE(at)
    const last = first + BigInt(bytes.readInt32BE(at + 23))
    yield { first, last, attributes: bytes.readInt16BE(at + 21), bytes: bytes.subarray(at, end) }
    at = end
  }
}

function readRecords({ first, attributes, bytes }: Batch, records: Buffer): object[] {
  const context = {
    firstOffset: String(first),
    firstTimestamp: String(bytes.readBigInt64BE(27)),
    maxTimestamp: String(bytes.readBigInt64BE(35)),
    producerId: String(bytes.readBigInt64BE(43)),
    producerEpoch: bytes.readInt16BE(51),
    firstSequence: bytes.readInt32BE(53),
    partitionLeaderEpoch: bytes.readInt32BE(12),
    lastOffsetDelta: bytes.readInt32BE(23),
    inTransaction: (attributes & 0x10) > 0,
    isControlBatch: (attributes & 0x20) > 0,
    timestampType: (attributes & 0x08) > 0 ? 1 : 0,
    magicByte: recordBatches,
  }
  const count = bytes.readInt32BE(57)
  const messages: FetchedRecord[] = []
  const reader = { buffer: records, offset: 0 }
  for (let n = 0; n < count; n++) messages.push(recordAt(reader, context))
  giveOffsets(messages, Number(first), context.lastOffsetDelta)
  return messages
}

/**
 * A broker gives offsets to batches and counts the records in them; where each record says that it stands, which is its
 * producer's word, it does not look. Only a batch that was compacted has fewer records than offsets: then their word counts.
 */
function giveOffsets(messages: FetchedRecord[], first: number, lastDelta: number): void {
  const isWhole = messages.length === lastDelta + 1
  let before = first - 1
  for (const [n, message] of messages.entries()) {
    if (isWhole) message.offset = first + n
    const { offset } = message
    if (!(offset > before && offset <= first + lastDelta)) throw new RangeError('a record stands where it cannot')
    before = offset
  }
}

async function unpacked(codec: number, records: Buffer): Promise<Buffer> {
  if (codec === 0) return records
  const known = codecs[codec]
  if (!known) throw new Error(`unknown codec ${codec}`)
  return await known.unpack(records, mostUnpacked).catch(error => {
    throw new Error(`${known.name}: ${(error as Error).message}`)
  })
}

/** A record begins with its length. */
function recordAt(reader: { buffer: Buffer; offset: number }, context: BatchContext): FetchedRecord {
  let raw = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.buffer.readUInt8(reader.offset++)
    raw += (byte & 0x7f) * factor
    if (byte < 0x80) break
  }
  const start = reader.offset
  reader.offset += raw / 2
  if (raw % 2 !== 0 || reader.offset > reader.buffer.length) throw new RangeError('a record is longer than its batch')
  return new FetchedRecord(reader.buffer, start, reader.offset, context)
}

/** In the form of a message of kafkajs, at the last offset of the batch, so that kafkajs does not take it for read. */
function unreadable({ first, last, bytes }: Batch, error: unknown): object {
  const because = String((error as Error).message)
  const about: UnreadableBatch = { first: Number(first), last: Number(last), because, bytes: Buffer.from(bytes) }
  const nothing = {
    key: null,
    value: null,
    headers: {},
    isControlRecord: false,
    batchContext: { inTransaction: false },
  }
  return { ...nothing, offset: String(last), timestamp: '0', unreadable: about }
}

const Decoder = moduleOf('src/protocol/decoder.js') as new (bytes: Buffer) => Bytes
const decoderOf = (bytes: Buffer) => new Decoder(bytes)
replaceModule(
  'src/protocol/requests/fetch/v4/decodeMessages.js',
  batchReader(moduleOf('src/protocol/messageSet/decoder.js') as (bytes: Bytes, size: number) => Promise<object[]>),
)
