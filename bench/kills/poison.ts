/** Messages that stopped all intake once, or might: random bytes, frames with wild ids, depth, wild times, wrong headers. */
import type { Message } from 'kafkajs'
import type { OutgoingMessage } from '../../services/contract/envelope.ts'
import type { Random } from '../../services/local/city/random.ts'

type Poison = (good: OutgoingMessage, random: Random) => Message

const bytes = (random: Random, length: number) => Buffer.from(Array.from({ length }, () => random.between(0, 255)))

/** Magic byte 0, an id of 4 bytes, and what follows. */
const framed = (id: number, content: string | Buffer) => {
  const head = Buffer.alloc(5)
  head.writeUInt32BE(id, 1)
  return Buffer.concat([head, Buffer.from(content)])
}

const kinds: Poison[] = [
  (good, random) => ({ ...good, value: bytes(random, random.between(1, 400)) }),
  (good, random) => ({ ...good, value: framed(random.between(2 ** 31, 2 ** 32 - 1), good.value), headers: {} }),
  good => ({ ...good, value: framed(1, good.value), headers: {}, timestamp: '-9000000000000000' }),
  good => ({ ...good, value: framed(1, good.value), headers: {}, timestamp: '9007199254740993' }),
  good => ({ ...good, value: `{"certificateNumber":${'{"x":'.repeat(5_000)}0${'}'.repeat(5_000)}}` }),
  good => ({ ...good, value: null }),
  good => ({ ...good, key: null }),
  (good, random) => ({
    ...good,
    headers: { ...good.headers, ce_time: random.pick(['0000-01-01T00:00:00Z', '99999', '']) },
  }),
  (good, random) => ({
    ...good,
    headers: { ...good.headers, ce_sequence: random.pick(['9007199254740993', '-1', 'x']) },
  }),
  (good, random) => ({ ...good, headers: { ...good.headers, ce_type: bytes(random, 20) } }),
  good => ({ ...good, value: good.value.toString().replace('{', '{"n":636507967185264641,') }),
]

/** One of all kinds. Its key is the good one's: what is taken of it instead of the good one would be missed. */
export const poisonOf = (good: OutgoingMessage, random: Random): Message => {
  const made = random.pick(kinds)(good, random)
  return { ...made, partition: random.between(0, 1) }
}
