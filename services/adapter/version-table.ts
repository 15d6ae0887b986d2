/** Versions of records as numbers: 63 bits of key and sequence, 32 of the content. A hash table without objects. */
import type { OutgoingMessage } from '../contract/envelope.ts'

/** `isNew`: it was not known before. The numbers are signed: V8 keeps those of 32 bits without objects of their own. */
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
  let cells = new Int32Array(slots * 3)
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
    cells = new Int32Array(slots * 3)
    for (let at = 0; at < before.length; at += 3) {
      if (before[at + 1] === 0) continue
      const place = placeOf(before[at]!, before[at + 1]!)
      for (let part = 0; part < 3; part++) cells[place + part] = before[at + part]!
    }
  }
  const write = (place: number, high: number, low: number, content: number) => {
    if (cells[place + 1] === 0) count += 1
    cells[place] = high
    cells[place + 1] = low
    cells[place + 2] = content
    if (count * 2 >= slots) grow()
  }
  return {
    put: (high, low, content) => write(placeOf(high, low), high, low, content),
    retract: ({ high, low }) => write(placeOf(high, low), high, low, unknownContent),
    note: ({ key, headers }) => {
      const content = contentOf(headers.ce_id!)
      digest(key, headers.ce_sequence!)
      const place = placeOf(firstHalf, secondHalf)
      const known = cells[place + 2]!
      if (known !== content && known !== unknownContent) return 'other'
      const noted = { high: firstHalf, low: secondHalf, content, isNew: known !== content }
      if (noted.isNew) write(place, firstHalf, secondHalf, content)
      return noted
    },
  }
}

/** The id says change, sequence and a SHA-256 of the content, of which the last 15 characters do. */
function contentOf(id: string): number {
  let hash = id.charCodeAt(0) ^ (id.charCodeAt(2) << 8)
  for (let at = Math.max(0, id.length - 15); at < id.length; at++)
    hash = Math.imul(hash ^ id.charCodeAt(at), 0x01000193)
  return hash ^ (hash >>> 15) || 1
}

let firstHalf = 0
let secondHalf = 0

/** cyrb53 without its last step, into the two halves: spread well enough for a table, cheap beside a SHA-256. */
function digest(one: string, other: string): void {
  firstHalf = 0xdeadbeef ^ one.length
  secondHalf = 0x41c6ce57
  mix(one)
  mix(other)
  const before = firstHalf
  firstHalf = Math.imul(before ^ (before >>> 16), 0x85ebca6b) ^ Math.imul(secondHalf ^ (secondHalf >>> 13), 0xc2b2ae35)
  secondHalf =
    (Math.imul(secondHalf ^ (secondHalf >>> 16), 0x85ebca6b) ^ Math.imul(before ^ (before >>> 13), 0xc2b2ae35)) | 1
}

function mix(text: string): void {
  let one = firstHalf | 0
  let other = secondHalf | 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    one = Math.imul(one ^ code, 0x9e3779b1)
    other = Math.imul(other ^ code, 0x5f356495)
  }
  firstHalf = one
  secondHalf = other
}
