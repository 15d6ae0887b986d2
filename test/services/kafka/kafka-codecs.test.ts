/**
 * Packed batches: the fault kept out is a batch of a codec that kafkajs does not know, and which stopped all intake. Streams of
 * literals and copies are made here by the formats' own words, and read again; those of Java's producers in compressed.test.ts.
 */
import { gzipSync, zstdCompressSync } from 'node:zlib'
import { expect, test } from '@jest/globals'
import fc from 'fast-check'
import { codecs, unpackLz4, unpackSnappy } from '../../../services/kafka/codecs.ts'

/** A literal, then a copy of `length` bytes from `back` (of what there is) before. */
type Step = { literal: Uint8Array; back: number; length: number }
const step: fc.Arbitrary<Step> = fc.record({
  literal: fc.uint8Array({ minLength: 1, maxLength: 400 }),
  back: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.integer({ min: 4, max: 64 }),
})
const steps = fc.array(step, { minLength: 1, maxLength: 20 })
const most = 1_000_000

type Made = { plain: Buffer; tokens: { literal: Buffer; distance: number; length: number }[] }
function make(list: Step[], reach: number): Made {
  const plain: number[] = []
  const tokens = list.map(({ literal, back, length }) => {
    plain.push(...literal)
    const distance = 1 + Math.floor(back * Math.min(plain.length - 1, reach - 1))
    for (let n = 0; n < length; n++) plain.push(plain[plain.length - distance]!)
    return { literal: Buffer.from(literal), distance, length }
  })
  return { plain: Buffer.from(plain), tokens }
}

function varint(value: number): number[] {
  const bytes: number[] = []
  let left = value
  for (; left > 0x7f; left >>>= 7) bytes.push((left & 0x7f) | 0x80)
  return [...bytes, left]
}

function rawSnappy({ plain, tokens }: Made): Buffer {
  const bytes = varint(plain.length)
  for (const { literal, distance, length } of tokens) {
    const size = literal.length - 1
    if (size < 60) bytes.push(size << 2)
    else if (size < 256) bytes.push(60 << 2, size)
    else bytes.push(61 << 2, size & 0xff, size >> 8)
    bytes.push(...literal)
    const isShort = length <= 11 && distance < 2_048
    if (isShort) bytes.push(((distance >> 8) << 5) | ((length - 4) << 2) | 1, distance & 0xff)
    else if (distance % 2 === 0) bytes.push(((length - 1) << 2) | 2, distance & 0xff, distance >> 8)
    else bytes.push(((length - 1) << 2) | 3, distance & 0xff, distance >> 8, 0, 0)
  }
  return Buffer.from(bytes)
}

const head = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0, 0, 0, 0, 1, 0, 0, 0, 1])
function xerialOf(blocks: Buffer[]): Buffer {
  const framed = blocks.flatMap(block => {
    const length = Buffer.alloc(4)
    length.writeInt32BE(block.length)
    return [length, block]
  })
  return Buffer.concat([head, ...framed])
}

function lz4Block({ tokens }: Made): Buffer {
  const bytes: number[] = []
  const more = (length: number) => {
    if (length < 15) return []
    const rest = length - 15
    return [...Array.from({ length: Math.floor(rest / 255) }, () => 255), rest % 255]
  }
  for (const { literal, distance, length } of tokens) {
    bytes.push((Math.min(literal.length, 15) << 4) | Math.min(length - 4, 15), ...more(literal.length), ...literal)
    bytes.push(distance & 0xff, distance >> 8, ...more(length - 4))
  }
  bytes.push(0)
  return Buffer.from(bytes)
}

function lz4Frame(blocks: Buffer[], flags = 0x60): Buffer {
  const sized = blocks.flatMap(block => {
    const length = Buffer.alloc(4)
    length.writeUInt32LE(block.length)
    return [length, block, Buffer.alloc(flags & 0x10 ? 4 : 0)]
  })
  const extra = Buffer.alloc((flags & 0x08 ? 8 : 0) + 1)
  return Buffer.concat([
    Buffer.from([0x04, 0x22, 0x4d, 0x18, flags, 0x40]),
    extra,
    ...sized,
    Buffer.alloc(4 + (flags & 0x04 ? 4 : 0)),
  ])
}

test('snappy, raw and in blocks as Java writes it, is what was packed', () => {
  fc.assert(
    fc.property(steps, steps, (one, other) => {
      const [first, second] = [make(one, 60_000), make(other, 60_000)]
      expect(unpackSnappy(rawSnappy(first), most).equals(first.plain)).toBe(true)
      const blocks = xerialOf([rawSnappy(first), rawSnappy(second)])
      expect(unpackSnappy(blocks, most).equals(Buffer.concat([first.plain, second.plain]))).toBe(true)
    }),
  )
})

test('lz4, of one block and of several, with checksums and without, is what was packed', () => {
  fc.assert(
    fc.property(steps, steps, fc.constantFrom(0x60, 0x70, 0x64, 0x6c, 0x40), (one, other, flags) => {
      const [first, second] = [make(one, 60_000), make(other, 60_000)]
      const packed = lz4Frame([lz4Block(first), lz4Block(second)], flags)
      expect(unpackLz4(packed, most).equals(Buffer.concat([first.plain, second.plain]))).toBe(true)
    }),
  )
})

test('lz4 that nothing could be gained from lies in its frame as it is', () => {
  const plain = Buffer.from('四川省 plain text')
  const size = Buffer.alloc(4)
  size.writeUInt32LE(plain.length + 0x80000000)
  const frame = Buffer.concat([Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0]), size, plain, Buffer.alloc(4)])
  expect(unpackLz4(frame, most).equals(plain)).toBe(true)
})

const zeros = make([{ literal: new Uint8Array([0]), back: 0, length: 64 }], 1)
const snappyBomb = Buffer.concat([
  Buffer.from(varint(1 + 64 * 50_000)),
  Buffer.from([0, 0]),
  ...Array.from({ length: 50_000 }, () => Buffer.from([(63 << 2) | 2, 1, 0])),
])
const lz4Bomb = lz4Frame([
  Buffer.concat([Buffer.from([0x1f, 0, 1, 0]), Buffer.alloc(20_000, 255), Buffer.from([0, 0])]),
])
test.each([
  ['gzip', 1, gzipSync(Buffer.alloc(50_000_000))],
  ['snappy', 2, snappyBomb],
  ['lz4', 3, lz4Bomb],
  ['zstd', 4, zstdCompressSync(Buffer.alloc(50_000_000))],
])('%s that would fill the memory is given up at its bound', async (name, number, bomb) => {
  expect(zeros.plain.length).toBe(65)
  expect(codecs[number]?.name).toBe(name)
  await expect(codecs[number]!.unpack(bomb, most)).rejects.toThrow(/more than|larger than/i)
})

test('any bytes are refused or unpacked, never more than the bound, and never for long', async () => {
  const starts = fc.constantFrom(head, Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x40, 0]), Buffer.alloc(0))
  await fc.assert(
    fc.asyncProperty(
      starts,
      fc.uint8Array({ maxLength: 300 }),
      fc.integer({ min: 1, max: 4 }),
      async (start, rest, n) => {
        const found = await codecs[n]!.unpack(Buffer.concat([start, rest]), 10_000).catch((error: Error) => error)
        if (Buffer.isBuffer(found)) expect(found.length).toBeLessThanOrEqual(10_000)
        else expect(found.message).not.toBe('')
      },
    ),
    { numRuns: 2_000 },
  )
})
