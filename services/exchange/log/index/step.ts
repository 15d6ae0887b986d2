/** The index of one step: its terms in order, and of each the places of its entries. */
import { stepSize, type Term } from './term.ts'
import { termsOfEntry } from './terms-of-entry.ts'

/** `places`: distances from the step's first entry, rising, in 16 bits each. */
export type TermRow = { term: Term; places: Buffer }

/** Term and place in one number, so that one native sort orders both. */
export function wordsOf(entries: readonly { index: number; entry: string }[], first: number): number[] {
  return entries.flatMap(({ index, entry }) => termsOfEntry(entry).map(term => term * stepSize + (index - first)))
}

/** One row for each term, in their order: PostgreSQL fills its B-tree fastest so. */
export function rowsOf(words: readonly number[]): TermRow[] {
  const sorted = Float64Array.from(words).sort()
  const rows: TermRow[] = []
  let places: number[] = []
  for (let i = 0; i < sorted.length; i += 1) {
    const word = sorted[i]!
    const term = Math.floor(word / stepSize)
    if (word !== sorted[i - 1]) places.push(word % stepSize)
    if (i + 1 < sorted.length && Math.floor(sorted[i + 1]! / stepSize) === term) continue
    rows.push({ term, places: writePlaces(places) })
    places = []
  }
  return rows
}

function writePlaces(places: readonly number[]): Buffer {
  const bytes = Buffer.alloc(places.length * 2)
  for (const [i, place] of places.entries()) bytes.writeUInt16BE(place, i * 2)
  return bytes
}

/** Whatever bytes stand there: places within the step, rising, each once. */
export function readPlaces(bytes: Buffer): number[] {
  const places = new Set<number>()
  for (let at = 0; at + 1 < bytes.length; at += 2) places.add(bytes.readUInt16BE(at))
  return [...places].filter(place => place < stepSize).sort((a, b) => a - b)
}
