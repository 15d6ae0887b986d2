/** One partition's part of a fetch: the fault kept out is one batch that cannot be unpacked and stops all partitions. */
import { zstdCompressSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { createWriter, writeBatch } from '../../../../services/kafka/batch.ts'
import { moduleOf } from '../../../../services/kafka/own-kafkajs.ts'
import { batchReader, mostUnpacked, type UnreadableBatch } from '../../../../services/kafka/patches/batches.ts'
import { permitMessage } from '../../../support/city-department.ts'
import { rawBatch, rawRecord } from '../../../support/raw-batches.ts'

type Read = { offset: string; value: Buffer | null; unreadable?: UnreadableBatch }
const Decoder = moduleOf('src/protocol/decoder.js') as new (
  bytes: Buffer,
) => { readInt32(): number; canReadBytes(length: number): boolean; readBytes(length: number): Buffer }

const read = async (...parts: Buffer[]) => {
  const size = Buffer.alloc(4)
  const bytes = Buffer.concat(parts)
  size.writeInt32BE(bytes.length)
  return (await batchReader(async () => [])(new Decoder(Buffer.concat([size, bytes])))) as Read[]
}

/** A batch of these values from offset `first` on, packed by `pack` as codec `codec`. */
function batch(first: number, values: string[], codec = 0, pack = (records: Buffer) => records): Buffer {
  const writer = createWriter(1_000)
  writeBatch(
    writer,
    values.map(value => ({ key: null, value })),
    { id: -1n, epoch: 0, firstSequence: 0 },
    1_700_000_000_000,
  )
  const head = Buffer.from(writer.bytes.subarray(0, 61))
  const bytes = Buffer.concat([head, pack(writer.bytes.subarray(61, writer.at))])
  bytes.writeBigInt64BE(BigInt(first), 0)
  bytes.writeInt32BE(bytes.length - 12, 8)
  bytes.writeInt16BE(codec, 21)
  return bytes
}

const valuesOf = (messages: Read[]) => messages.map(({ value }) => String(value))

test('batches are read in order, packed and plain; one that is cut off is left for the next fetch', async () => {
  const parts = [batch(5, ['a', 'b']), batch(7, ['c'], 4, zstdCompressSync), batch(8, ['d', 'e'])]
  const cut = batch(10, ['f']).subarray(0, 65)
  const messages = await read(...parts, cut)
  expect(messages.map(({ offset }) => Number(offset))).toEqual([5, 6, 7, 8, 9])
  expect(valuesOf(messages)).toEqual(['a', 'b', 'c', 'd', 'e'])
})

test.each([
  ['broken bytes', batch(7, ['c', 'd'], 4, () => Buffer.from('no zstd')), 'zstd'],
  ['a codec that nobody knows', batch(7, ['c', 'd'], 5), 'unknown codec 5'],
  ['more than is unpacked', batch(7, ['c', 'd'], 4, () => zstdCompressSync(Buffer.alloc(mostUnpacked + 1))), 'larger'],
  ['a record that is longer than its batch', batch(7, ['c', 'd'], 0, all => all.subarray(0, -3)), 'record'],
])('%s: what comes before is read, and the batch stands in its place with its bytes', async (_what, bad, because) => {
  const messages = await read(batch(5, ['a', 'b']), bad, batch(9, ['e']))
  expect(valuesOf(messages).slice(0, 2)).toEqual(['a', 'b'])
  expect(messages.length).toBe(3)
  expect(messages[2]).toMatchObject({ offset: '8', value: null })
  expect(messages[2]!.unreadable).toMatchObject({ first: 7, last: 8, because: expect.stringContaining(because) })
  expect(messages[2]!.unreadable!.bytes.equals(bad)).toBe(true)
})

test('a batch of more records than a call has arguments is read', async () => {
  const values = Array.from({ length: 200_000 }, () => '')
  expect((await read(batch(0, values, 4, zstdCompressSync))).length).toBe(values.length)
})

/** A batch whose records say that they stand at these places in it. */
function batchOf(first: number, deltas: number[], lastDelta = deltas.length - 1): Buffer {
  const message = permitMessage('permits', { number: 'P-1', sequence: 1 })
  const bytes = rawBatch(
    deltas.map(delta => rawRecord(message, delta)),
    { lastDelta },
  )
  bytes.writeBigInt64BE(BigInt(first), 0)
  return bytes
}

test('each record of a whole batch has an offset of its own, wherever it says that it stands', async () => {
  const deltas = fc.array(fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }), { minLength: 1, maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(deltas, async places => {
      const offsets = (await read(batchOf(70, places))).map(({ offset }) => Number(offset))
      expect(offsets).toEqual(places.map((_, n) => 70 + n))
    }),
  )
})

test('what compaction left of a batch stands where it says, and is unreadable where it cannot stand', async () => {
  const offsets = async (...deltas: number[]) => (await read(batchOf(70, deltas, 9))).map(one => Number(one.offset))
  expect(await offsets(2, 5, 9)).toEqual([72, 75, 79])
  for (const deltas of [[2, 2], [5, 2], [-1], [10]]) {
    const messages = await read(batchOf(70, deltas, 9))
    expect(messages).toMatchObject([{ offset: '79', unreadable: { first: 70, last: 79 } }])
  }
})

test('any bytes in a batch leave what comes before it, and never a throw', async () => {
  const good = batch(5, ['a', 'b'])
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 200 }), fc.integer({ min: 0, max: 255 }), async (bytes, attributes) => {
      const bad = batch(7, ['c'], attributes, () => Buffer.from(bytes))
      expect(valuesOf(await read(good, bad)).slice(0, 2)).toEqual(['a', 'b'])
    }),
    { numRuns: 1_000 },
  )
})
