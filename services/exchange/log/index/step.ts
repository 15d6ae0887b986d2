/**
 * The index of one step of entries. Terms go by their hash into 512 buckets, each a row of its words; a term that many entries of
 * the step have gets a row of its own. So a step is some 530 rows, whatever its entries are found by.
 */
import type { Term } from './term.ts'
import { termsOfEntry } from './terms-of-entry.ts'

/** Entries of a step. Searches read up to so many in the log itself; retention drops whole steps: bundles of 256 divide it. */
export const stepSize = 4_096
export const buckets = 512
/** A term with more entries than that in its step would make its bucket dear for all others. */
const mostInBucket = 32

/** `key`: a term, or -1 - bucket. `words`: see the migration. */
export type TermRow = { key: number; words: Buffer }

const bucketOf = (term: Term): number => term % buckets
const restOf = (term: Term): number => Math.floor(term / buckets)
const keyOf = (bucket: number): number => -1 - bucket

/** Where a term stands, in SQL's terms: either in the row of its own, or in its bucket's where these 32 bits are. */
export function placeOf(term: Term): { own: number; bucket: number; rest: Buffer } {
  const rest = Buffer.alloc(4)
  rest.writeUInt32BE(restOf(term))
  return { own: term, bucket: keyOf(bucketOf(term)), rest }
}

/** Term and place in one number: both fit 52 bits, so that one native sort orders both. */
const wordOf = (term: Term, place: number): number => restOf(term) * stepSize + place

export type Step = {
  add: (entries: readonly { index: number; entry: string }[]) => void
  /** The words of a bucket, rising, each once. */
  words: (bucket: number) => number[]
}

export function createStep(first: number): Step {
  const words: number[][] = Array.from({ length: buckets }, () => [])
  return {
    add(entries) {
      for (const { index, entry } of entries) {
        for (const term of termsOfEntry(entry)) words[bucketOf(term)]!.push(wordOf(term, index - first))
      }
    },
    words: bucket => risingOnce(words[bucket]!),
  }
}

function risingOnce(words: readonly number[]): number[] {
  const sorted = Float64Array.from(words).sort()
  return Array.from(sorted.filter((word, i) => word !== sorted[i - 1]))
}

/** The rows of a bucket's words: its own, and those of terms that have many. */
export function rowsOf(words: readonly number[], bucket: number): TermRow[] {
  const shared: number[] = []
  const rows: TermRow[] = []
  for (let start = 0, end = 0; start < words.length; start = end) {
    const rest = Math.floor(words[start]! / stepSize)
    while (end < words.length && Math.floor(words[end]! / stepSize) === rest) end += 1
    const ofTerm = words.slice(start, end)
    if (ofTerm.length > mostInBucket) rows.push({ key: rest * buckets + bucket, words: writePlaces(ofTerm) })
    else shared.push(...ofTerm)
  }
  if (shared.length > 0) rows.push({ key: keyOf(bucket), words: writeShared(shared) })
  return rows
}

function writePlaces(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 2)
  for (const [i, word] of words.entries()) bytes.writeUInt16BE(word % stepSize, i * 2)
  return bytes
}

function writeShared(words: readonly number[]): Buffer {
  const bytes = Buffer.alloc(words.length * 6)
  for (const [i, word] of words.entries()) {
    bytes.writeUInt32BE(Math.floor(word / stepSize), i * 6)
    bytes.writeUInt16BE(word % stepSize, i * 6 + 4)
  }
  return bytes
}

/** The words of a row, whatever bytes stand there, and the bucket that they belong to; none where the key is of no bucket. */
export function readRow({ key, words: bytes }: TermRow): { bucket: number; words: number[] } {
  const words: number[] = []
  const bucket = key < 0 ? -1 - key : bucketOf(key)
  if (key < 0) {
    for (let at = 0; at + 5 < bytes.length; at += 6) {
      const place = bytes.readUInt16BE(at + 4)
      if (place < stepSize) words.push(bytes.readUInt32BE(at) * stepSize + place)
    }
  } else {
    for (let at = 0; at + 1 < bytes.length; at += 2) {
      const place = bytes.readUInt16BE(at)
      if (place < stepSize) words.push(wordOf(key, place))
    }
  }
  return { bucket, words }
}

/** Places of a term in these rows of a step, rising. */
export function placesIn(rows: readonly TermRow[], term: Term): number[] {
  const { own, bucket } = placeOf(term)
  const meant = rows.filter(({ key }) => key === own || key === bucket).flatMap(row => readRow(row).words)
  return risingOnce(meant.filter(word => Math.floor(word / stepSize) === restOf(term))).map(word => word % stepSize)
}

/** Every term of a row with each of its places. */
export function termsIn(row: TermRow): { term: Term; place: number }[] {
  const { bucket, words } = readRow(row)
  return words.map(word => ({ term: Math.floor(word / stepSize) * buckets + bucket, place: word % stepSize }))
}
