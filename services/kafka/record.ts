/**
 * A record of a Kafka record batch (message format 2), read in one pass. Most headers say in every message what they said in
 * the one before; those texts are compared byte by byte and not made anew.
 */
import { isUtf8 } from 'node:buffer'
import type { HeaderValue } from '../contract/envelope.ts'

/** Where to read next; kafkajs's own decoder has this shape. */
export type Reader = { buffer: Buffer; offset: number }

export type RecordBody = {
  timestampDelta: number
  key: Buffer | null
  value: Buffer | null
  headers: Record<string, HeaderValue | HeaderValue[]>
}

/** From the record's attributes on: its length is read already. */
export function readRecord(reader: Reader): RecordBody {
  reader.offset += 1
  const timestampDelta = readLong(reader)
  readLong(reader)
  const key = readBytes(reader)
  const value = readBytes(reader)
  return { timestampDelta, key, value, headers: readHeaders(reader) }
}

/**
 * Goes over a record, from its attributes to `end`, without reading it. Returns its offset in the batch.
 * @throws RangeError where it is not all there
 */
export function checkRecord(buffer: Buffer, start: number, end: number): number {
  const reader = { buffer, offset: start + 1 }
  readLong(reader)
  const offsetDelta = readLong(reader)
  pass(reader, end)
  pass(reader, end)
  for (let left = readLong(reader); left > 0; left--) {
    pass(reader, end)
    pass(reader, end)
  }
  return offsetDelta
}

function pass(reader: Reader, end: number): void {
  const length = readLong(reader)
  if (length > 0) reader.offset += length
  if (reader.offset > end) throw new RangeError('a record ends before it should')
}

/** Zigzag, seven bits to a byte, of up to 64 bits. Times and offsets of a batch lie far less than 2^52 apart. */
function readLong(reader: Reader): number {
  let raw = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = reader.buffer[reader.offset++]
    if (byte === undefined) throw new RangeError('a record ends before it should')
    raw += (byte & 0x7f) * factor
    if (byte < 0x80) return raw % 2 === 0 ? raw / 2 : -(raw + 1) / 2
  }
}

function readBytes(reader: Reader): Buffer | null {
  const length = readLong(reader)
  if (length < 0) return null
  const start = reader.offset
  reader.offset += length
  if (reader.offset > reader.buffer.length) throw new RangeError('a record ends before it should')
  return reader.buffer.subarray(start, reader.offset)
}

/** A name that comes several times has all its values, in order. */
function readHeaders(reader: Reader): RecordBody['headers'] {
  const headers: RecordBody['headers'] = {}
  const count = readLong(reader)
  for (let place = 0; place < count; place++) {
    const name = readText(reader, names, place) ?? ''
    const value = readHeaderValue(reader, place)
    if (!Object.hasOwn(headers, name)) set(headers, name, value)
    else set(headers, name, [headers[name]!, value].flat())
  }
  return headers
}

/** As an assignment would, but for a header of the name `__proto__`, which is a name like any other. */
function set(headers: RecordBody['headers'], name: string, value: HeaderValue | HeaderValue[]): void {
  if (name !== '__proto__') headers[name] = value
  else Object.defineProperty(headers, name, { value, enumerable: true, configurable: true, writable: true })
}

/** The last value at each place of the headers. */
const names: string[] = []
const values: string[] = []
const mostPlaces = 16

function readText(reader: Reader, known: string[], place: number): string | null {
  const length = readLong(reader)
  if (length < 0) return null
  const { buffer, offset: start } = reader
  reader.offset += length
  const last = known[place]
  if (last !== undefined && last.length === length && isAt(buffer, start, last)) return last
  const text = buffer.toString('utf8', start, reader.offset)
  if (place < mostPlaces) known[place] = text
  return text
}

/** Text, but bytes where they are none: a schema's GUID, a hash. Decoded, they would be other bytes for good. */
function readHeaderValue(reader: Reader, place: number): HeaderValue {
  const { buffer, offset } = reader
  const text = readText(reader, values, place)
  if (!text?.includes('\ufffd')) return text
  const length = readLong({ buffer, offset })
  const bytes = buffer.subarray(reader.offset - length, reader.offset)
  return isUtf8(bytes) ? text : bytes
}

function isAt(bytes: Buffer, start: number, text: string): boolean {
  for (let index = text.length - 1; index >= 0; index--) {
    const byte = bytes[start + index]!
    if (byte > 0x7f || byte !== text.charCodeAt(index)) return false
  }
  return true
}
