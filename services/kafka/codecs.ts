/**
 * Codecs that producers pack their batches with. gzip and zstd are Node's; snappy and lz4 are small enough to be read here, and a
 * package for them would be native or asleep. Each gives up at `most` bytes: a few KB can hold gigabytes of zeros.
 */
import { promisify } from 'node:util'
import { gunzip, zstdDecompress } from 'node:zlib'

/** Packed bytes of one batch, unpacked. @throws where they are broken, or more than `most` bytes. */
export type Unpack = (packed: Buffer, most: number) => Promise<Buffer>

const unzipped = promisify(gunzip)
const unpackedZstd = promisify(zstdDecompress)

/** By the number that stands in the attributes of a batch. */
export const codecs: Readonly<Record<number, { name: string; unpack: Unpack }>> = {
  1: { name: 'gzip', unpack: (packed, most) => unzipped(packed, { maxOutputLength: most }) },
  2: { name: 'snappy', unpack: async (packed, most) => unpackSnappy(packed, most) },
  3: { name: 'lz4', unpack: async (packed, most) => unpackLz4(packed, most) },
  4: { name: 'zstd', unpack: (packed, most) => unpackedZstd(packed, { maxOutputLength: most }) },
}

/** The bytes unpacked so far; what is copied comes from itself, and may overlap what it makes. */
class Output {
  bytes: Buffer
  at = 0
  readonly most: number
  constructor(expected: number, most: number) {
    this.most = most
    this.bytes = Buffer.allocUnsafe(Math.min(expected, most))
  }

  private reserve(length: number) {
    const needed = this.at + length
    if (needed > this.most) throw new RangeError(`more than ${this.most} bytes`)
    if (needed <= this.bytes.length) return
    const grown = Buffer.allocUnsafe(Math.min(this.most, needed * 2))
    this.bytes.copy(grown, 0, 0, this.at)
    this.bytes = grown
  }

  take(source: Buffer, start: number, length: number) {
    if (length < 0 || start + length > source.length) throw new RangeError('ends before it should')
    this.reserve(length)
    source.copy(this.bytes, this.at, start, start + length)
    this.at += length
  }

  repeat(distance: number, length: number) {
    if (distance < 1 || distance > this.at) throw new RangeError('points to before its beginning')
    this.reserve(length)
    if (distance >= length) this.bytes.copyWithin(this.at, this.at - distance, this.at - distance + length)
    else for (let n = 0; n < length; n++) this.bytes[this.at + n] = this.bytes[this.at + n - distance]!
    this.at += length
  }

  all = () => this.bytes.subarray(0, this.at)
}

const xerial = Buffer.from([0x82, 0x53, 0x4e, 0x41, 0x50, 0x50, 0x59, 0])
const xerialHead = 16

/** Raw, or in blocks as Java's producers write it (xerial): a head of 16 bytes, then length and raw snappy, again and again. */
export function unpackSnappy(packed: Buffer, most: number): Buffer {
  if (!packed.subarray(0, 8).equals(xerial)) return addSnappy(new Output(packed.length * 4, most), packed).all()
  const output = new Output(packed.length * 4, most)
  for (let at = xerialHead; at < packed.length; ) {
    const length = packed.readInt32BE(at)
    if (length < 0 || at + 4 + length > packed.length) throw new RangeError('ends before it should')
    addSnappy(output, packed.subarray(at + 4, at + 4 + length))
    at += 4 + length
  }
  return output.all()
}

/** github.com/google/snappy, format_description.txt. Copies reach back to the beginning of their own block only. */
function addSnappy(output: Output, block: Buffer): Output {
  let at = 0
  let length = 0
  for (let factor = 1; ; factor *= 128) {
    const byte = block.readUInt8(at++)
    length += (byte & 0x7f) * factor
    if (byte < 0x80) break
  }
  const end = output.at + length
  while (at < block.length) {
    const tag = block[at++]!
    const high = tag >> 2
    if ((tag & 3) === 0) {
      const extra = high < 60 ? 0 : high - 59
      const size = extra === 0 ? high + 1 : block.readUIntLE(at, extra) + 1
      output.take(block, at + extra, size)
      at += extra + size
    } else if ((tag & 3) === 1) {
      output.repeat(((tag >> 5) << 8) | block.readUInt8(at++), (high & 7) + 4)
    } else {
      const width = (tag & 3) === 2 ? 2 : 4
      output.repeat(block.readUIntLE(at, width), high + 1)
      at += width
    }
  }
  if (output.at !== end) throw new RangeError('is not as long as it says')
  return output
}

const lz4Magic = 0x184d2204
const stored = 0x80000000

/** github.com/lz4/lz4, lz4_Frame_format.md: frames of blocks. Checksums are passed over, as Kafka has its own. */
export function unpackLz4(packed: Buffer, most: number): Buffer {
  const output = new Output(packed.length * 4, most)
  let at = 0
  while (at < packed.length) {
    if (packed.readUInt32LE(at) !== lz4Magic) throw new RangeError('is no frame of lz4')
    const flags = packed.readUInt8(at + 4)
    at += 7 + (flags & 0x08 ? 8 : 0) + (flags & 0x01 ? 4 : 0)
    for (;;) {
      const size = packed.readUInt32LE(at)
      at += 4
      if (size === 0) break
      const length = size % stored
      if (at + length > packed.length) throw new RangeError('ends before it should')
      if (size >= stored) output.take(packed, at, length)
      else addLz4(output, packed.subarray(at, at + length))
      at += length + (flags & 0x10 ? 4 : 0)
    }
    at += flags & 0x04 ? 4 : 0
  }
  return output.all()
}

/** lz4_Block_format.md: literals and how far back to copy from, in turn; the last has literals alone. */
function addLz4(output: Output, block: Buffer): void {
  let at = 0
  const more = (length: number) => {
    if (length !== 15) return length
    let sum = length
    for (let byte = 255; byte === 255; sum += byte) byte = block.readUInt8(at++)
    return sum
  }
  while (at < block.length) {
    const token = block[at++]!
    const literals = more(token >> 4)
    output.take(block, at, literals)
    at += literals
    if (at >= block.length) return
    const distance = block.readUInt16LE(at)
    at += 2
    output.repeat(distance, more(token & 15) + 4)
  }
}
