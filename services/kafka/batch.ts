/**
 * Messages as the bytes of a Kafka record batch (message format 2), written in one pass: what a message costs on its way out
 * is mostly this. No compression, no transaction, one timestamp for all.
 */
import { crc32c } from '../contract/crc32c.ts'

export type BatchMessage = {
  key?: string | Buffer | null
  value: string | Buffer | null
  headers?: Record<string, string | Buffer | (string | Buffer)[] | undefined>
}

/** Marks of an idempotent producer; -1, 0 and 0 for one that is not. */
export type Producer = { id: bigint; epoch: number; firstSequence: number }

/** A buffer that grows, and the place to write next. */
export type Writer = { bytes: Buffer; at: number }

export const createWriter = (size: number): Writer => ({ bytes: Buffer.allocUnsafeSlow(size), at: 0 })

/** Doubles, so that few steps lead to any size. */
export function reserve(writer: Writer, length: number): void {
  const needed = writer.at + length
  if (needed <= writer.bytes.length) return
  const grown = Buffer.allocUnsafeSlow(needed * 2)
  writer.bytes.copy(grown, 0, 0, writer.at)
  writer.bytes = grown
}

const headBytes = 61

export function writeBatch(writer: Writer, messages: readonly BatchMessage[], producer: Producer, time: number): void {
  reserve(writer, headBytes)
  const start = writer.at
  writer.at += headBytes
  for (const [index, message] of messages.entries()) writeRecord(writer, message, index)
  const { bytes, at: end } = writer
  bytes.writeBigInt64BE(0n, start)
  bytes.writeInt32BE(end - start - 12, start + 8)
  bytes.writeInt32BE(0, start + 12)
  bytes.writeInt8(2, start + 16)
  bytes.writeInt16BE(0, start + 21)
  bytes.writeInt32BE(messages.length - 1, start + 23)
  bytes.writeBigInt64BE(BigInt(time), start + 27)
  bytes.writeBigInt64BE(BigInt(time), start + 35)
  bytes.writeBigInt64BE(producer.id, start + 43)
  bytes.writeInt16BE(producer.epoch, start + 51)
  bytes.writeInt32BE(producer.firstSequence, start + 53)
  bytes.writeInt32BE(messages.length, start + 57)
  bytes.writeUInt32BE(crc32c(bytes, start + 21, end), start + 17)
}

const longestLength = 5

/** A record begins with its own length, so its body is written a little further on and moved up to it. */
function writeRecord(writer: Writer, message: BatchMessage, index: number): void {
  reserve(writer, mostBytes(message))
  const start = writer.at
  writer.at += longestLength
  writer.bytes[writer.at++] = 0
  writeLength(writer, 0)
  writeLength(writer, index)
  writeData(writer, message.key ?? null)
  writeData(writer, message.value)
  writeHeaders(writer, message.headers ?? {})
  const end = writer.at
  writer.at = start
  writeLength(writer, end - start - longestLength)
  writer.bytes.copyWithin(writer.at, start + longestLength, end)
  writer.at += end - start - longestLength
}

function mostBytes({ key, value, headers = {} }: BatchMessage): number {
  let most = 40 + sizeOf(key) + sizeOf(value)
  for (const name of Object.keys(headers)) {
    const content = headers[name]
    const size = Array.isArray(content) ? content.reduce((sum, item) => sum + sizeOf(item), 0) : sizeOf(content)
    most += size + itemsIn(content) * (longestLength + 3 * name.length)
  }
  return most
}

const sizeOf = (data: string | Buffer | null | undefined) =>
  longestLength + (typeof data === 'string' ? 3 * data.length : (data?.length ?? 0))

function writeHeaders(writer: Writer, headers: NonNullable<BatchMessage['headers']>): void {
  const names = Object.keys(headers)
  let count = 0
  for (const name of names) count += itemsIn(headers[name])
  writeLength(writer, count)
  for (const name of names) {
    const content = headers[name] ?? null
    if (Array.isArray(content)) for (const item of content) writeHeader(writer, name, item)
    else writeHeader(writer, name, content)
  }
}

const itemsIn = (content: unknown) => (Array.isArray(content) ? content.length : 1)

function writeHeader(writer: Writer, name: string, item: string | Buffer | null): void {
  writeText(writer, name)
  writeData(writer, item)
}

/** Zigzag, then seven bits to a byte: Kafka's varint. */
function writeLength(writer: Writer, length: number): void {
  let left = (length << 1) ^ (length >> 31)
  while ((left & ~0x7f) !== 0) {
    writer.bytes[writer.at++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  writer.bytes[writer.at++] = left
}

function writeData(writer: Writer, data: string | Buffer | null): void {
  if (data === null) writeLength(writer, -1)
  else if (typeof data === 'string') writeText(writer, data)
  else {
    writeLength(writer, data.length)
    writer.bytes.set(data, writer.at)
    writer.at += data.length
  }
}

/** Up to here a loop over the characters is faster than a call into Node. */
const shortText = 80

function writeText(writer: Writer, text: string): void {
  if (text.length <= shortText && writeShort(writer, text)) return
  const length = Buffer.byteLength(text)
  writeLength(writer, length)
  writer.at += writer.bytes.write(text, writer.at, length, 'utf8')
}

/** False, and nothing written, where the text is not all ASCII. */
function writeShort(writer: Writer, text: string): boolean {
  const { bytes, at: start } = writer
  writeLength(writer, text.length)
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index)
    if (code > 0x7f) {
      writer.at = start
      return false
    }
    bytes[writer.at++] = code
  }
  return true
}
