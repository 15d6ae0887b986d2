/** Versions of records as numbers: 63 bits of key and sequence, 32 of the content. A hash table without objects. */
import type { OutgoingMessage } from '../contract/envelope.ts'

/** `isNew`: it was not known before. */
export type Noted = { high: number; low: number; content: number; isNew: boolean }

export type VersionTable = {
  note: (message: OutgoingMessage) => Noted | 'other'
  put: (high: number, low: number, content: number) => void
  /** Any content may follow. */
  retract: (noted: Noted) => void
}

const unknownContent = 0

export function createVersionTable(): VersionTable {
  let slots = 1 << 12
  let cells = new Uint32Array(slots * 3)
  let count = 0

  /** Where the pair stands, or the free place for it. `low` is odd, so that no pair looks like a free place. */
  const placeOf = (high: number, low: number): number => {
    let at = high & (slots - 1)
    while (cells[at * 3 + 1] !== 0 && (cells[at * 3] !== high || cells[at * 3 + 1] !== low)) at = (at + 1) & (slots - 1)
    return at * 3
  }
  const grow = () => {
    const before = cells
    slots *= 2
    cells = new Uint32Array(slots * 3)
    for (let at = 0; at < before.length; at += 3) {
      if (before[at + 1] === 0) continue
      cells.set(before.subarray(at, at + 3), placeOf(before[at]!, before[at + 1]!))
    }
  }
  const put = (high: number, low: number, content: number) => {
    if (count * 2 >= slots) grow()
    const place = placeOf(high, low)
    if (cells[place + 1] === 0) count += 1
    cells[place] = high
    cells[place + 1] = low
    cells[place + 2] = content
  }
  return {
    put,
    retract: ({ high, low }) => put(high, low, unknownContent),
    note: ({ key, headers }) => {
      const content = contentOf(headers.ce_id!)
      digest(key, headers.ce_sequence!)
      const [first, second] = [high, (low | 1) >>> 0]
      const known = cells[placeOf(first, second) + 2]!
      if (known !== content && known !== unknownContent) return 'other'
      if (known !== content) put(first, second, content)
      return { high: first, low: second, content, isNew: known !== content }
    },
  }
}

/** The id says change, sequence and a SHA-256 of the content. */
function contentOf(id: string): number {
  digest(id.slice(0, 3), id.slice(-10))
  return high || 1
}

let high = 0
let low = 0

/** cyrb53 without its last step, into `high` and `low`: 64 bits, spread well enough for a table, cheap beside a SHA-256. */
function digest(one: string, other: string): void {
  high = 0xdeadbeef ^ one.length
  low = 0x41c6ce57
  mix(one)
  mix(other)
  high = (Math.imul(high ^ (high >>> 16), 2246822507) ^ Math.imul(low ^ (low >>> 13), 3266489909)) >>> 0
  low = (Math.imul(low ^ (low >>> 16), 2246822507) ^ Math.imul(high ^ (high >>> 13), 3266489909)) >>> 0
}

function mix(text: string): void {
  let one = high
  let other = low
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 2654435761)
    other = Math.imul(other ^ code, 1597334677)
  }
  high = one
  low = other
}
