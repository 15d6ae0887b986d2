/**
 * kafkajs 2.2.4 makes a zero-filled buffer of 512 bytes for every header of every message, and an array and a buffer for
 * every length: 13 of the 23 µs that a message with our nine headers costs it. The same bytes are written here without
 * them, in place of a few methods of its encoder. The version is pinned, and a test compares the bytes with kafkajs's own.
 */
import { createRequire } from 'node:module'

type Encoder = { buf: Buffer; offset: number; writeVarLong: (value: unknown) => Encoder }
type EncoderClass = {
  prototype: object
  nextPowerOfTwo: (value: number) => number
  sizeOfVarLong: (value: unknown) => number
}

/** What kafkajs asks for where it does not know how much it will write; then 64 bytes do, which V8 keeps on its own heap. */
const unknownSize = 511
const smallSize = 64
const spare = 200
/** Up to here a loop over the characters is faster than a call into Node. */
const shortText = 40

export function lightenEncoder(encoder: EncoderClass): void {
  const { nextPowerOfTwo, sizeOfVarLong } = encoder
  const { writeVarLong } = encoder.prototype as Encoder
  encoder.nextPowerOfTwo = value => (value === unknownSize ? smallSize : nextPowerOfTwo(value))
  // The time of a message within its batch, nearly always 0, goes through arithmetic on BigInt otherwise.
  encoder.sizeOfVarLong = value => (value === 0 ? 1 : sizeOfVarLong(value))
  Object.assign(encoder.prototype, {
    ensureAvailable(this: Encoder, length: number) {
      ensure(this, length)
    },
    writeUVarInt(this: Encoder, value: number) {
      writeUnsigned(this, value)
      return this
    },
    writeVarLong(this: Encoder, value: unknown) {
      if (value !== 0) return writeVarLong.call(this, value)
      writeUnsigned(this, 0)
      return this
    },
    writeVarIntBytes: writeBytes,
    writeVarIntString: writeBytes,
    writeEncoderArray(this: Encoder, encoders: Encoder[]) {
      ensure(
        this,
        encoders.reduce((sum, { offset }) => sum + offset, 0),
      )
      for (const { buf, offset } of encoders) {
        buf.copy(this.buf, this.offset, 0, offset)
        this.offset += offset
      }
      return this
    },
  })
}

/** Doubles what is large, so that a batch grows in few steps. */
function ensure(encoder: Encoder, length: number): void {
  const needed = encoder.offset + length
  if (needed <= encoder.buf.length) return
  const grown = Buffer.allocUnsafe(needed + (needed < 1_024 ? spare : needed))
  encoder.buf.copy(grown, 0, 0, encoder.offset)
  encoder.buf = grown
}

function writeUnsigned(encoder: Encoder, value: number): void {
  ensure(encoder, 5)
  let left = value
  while ((left & 0xffffff80) !== 0) {
    encoder.buf[encoder.offset++] = (left & 0x7f) | 0x80
    left >>>= 7
  }
  encoder.buf[encoder.offset++] = left & 0x7f
}

const writeSigned = (encoder: Encoder, value: number) => writeUnsigned(encoder, (value << 1) ^ (value >> 31))

/** Length and bytes of a buffer or a text; null has the length -1. */
function writeBytes(this: Encoder, value: unknown): Encoder {
  if (value === null || value === undefined) writeSigned(this, -1)
  else if (Buffer.isBuffer(value)) {
    writeSigned(this, value.length)
    ensure(this, value.length)
    this.buf.set(value, this.offset)
    this.offset += value.length
  } else writeText(this, String(value))
  return this
}

function writeText(encoder: Encoder, text: string): void {
  if (text.length <= shortText && writeShort(encoder, text)) return
  const length = Buffer.byteLength(text)
  writeSigned(encoder, length)
  ensure(encoder, length)
  encoder.offset += encoder.buf.write(text, encoder.offset, length, 'utf8')
}

/** False, and nothing written, where the text is not all ASCII. */
function writeShort(encoder: Encoder, text: string): boolean {
  const start = encoder.offset
  writeSigned(encoder, text.length)
  ensure(encoder, text.length)
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code > 0x7f) {
      encoder.offset = start
      return false
    }
    encoder.buf[encoder.offset++] = code
  }
  return true
}

lightenEncoder(createRequire(import.meta.url)('kafkajs/src/protocol/encoder.js') as EncoderClass)
