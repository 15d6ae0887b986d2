/** Reading a log 256 entries at a time, each bundle beside its tile of leaf hashes. */
import { type LogSource, SourceError } from './source.ts'
import { sha256 } from './tree.ts'

export const bundleWidth = 256
const readAhead = 16

/** `entries` and `tile` are undefined where they are not there, or were not asked for. */
export type Bundle = { first: number; count: number; wanted: boolean; entries?: Buffer; tile?: Buffer }

export type BundleReader = {
  bundles: (size: number) => AsyncGenerator<Bundle>
  /** Why entries could not be read, if they could not: hashes were read all the same. */
  refused: () => SourceError | undefined
}

/** Entries are asked for from bundle index `from` on; hash tiles always. */
export function createBundleReader(source: LogSource, from: number): BundleReader {
  let refused: SourceError | undefined

  async function readBundle(first: number, count: number): Promise<Bundle> {
    const index = first / bundleWidth
    const wanted = first + bundleWidth > from
    const [entries, tile] = await Promise.all([
      wanted && !refused ? source.entries(index, count).catch(refuse) : undefined,
      source.tile(0, index, count),
    ])
    return { first, count, wanted: wanted && !refused, ...(entries && { entries }), ...(tile && { tile }) }
  }
  const refuse = (error: unknown): undefined => {
    if (!(error instanceof SourceError)) throw error
    refused = error
  }
  async function* bundles(size: number): AsyncGenerator<Bundle> {
    const queue: Promise<Bundle>[] = []
    for (let next = 0; next < size || queue.length > 0; ) {
      while (next < size && queue.length < readAhead) {
        const bundle = readBundle(next, Math.min(bundleWidth, size - next))
        // Its rejection is met when its turn comes.
        bundle.catch(() => {})
        queue.push(bundle)
        next += bundleWidth
      }
      yield await queue.shift()!
    }
  }
  return { bundles, refused: () => refused }
}

/** How many items of a tile are there, where not all are: tiles of any smaller width may be asked for. */
export async function countPresent(read: (width: number) => Promise<unknown>, width: number): Promise<number> {
  let present = 0
  let absent = width
  while (absent - present > 1) {
    const middle = Math.floor((present + absent) / 2)
    if ((await read(middle)) === undefined) absent = middle
    else present = middle
  }
  return present
}

export type HashedEntries = {
  leaves: Buffer[]
  /** The entries themselves, in the same order. */
  entries: Buffer[]
  /** The first place whose entry says that it is another one. */
  misplaced: number | undefined
  /** The minimum index that entries of the retention job state. */
  pruned: number
}

const indexKey = Buffer.from(',"index":')
const headLength = 64

/** Leaf hashes of a bundle's entries: as many as are whole. */
export function hashEntries(entries: Buffer, first: number, count: number): HashedEntries {
  const hashed: HashedEntries = { leaves: [], entries: [], misplaced: undefined, pruned: 0 }
  for (let at = 0; at + 2 <= entries.length && hashed.leaves.length < count; ) {
    const start = at + 2
    const end = start + entries.readUInt16BE(at)
    if (end > entries.length) break
    // No text within an entry can look like this, for quotes in it are escaped; and after it comes no other object.
    const key = entries.lastIndexOf(indexKey, end - 1)
    const head = entries.toString('latin1', key + indexKey.length, Math.min(key + indexKey.length + headLength, end))
    const place = first + hashed.leaves.length
    if (hashed.misplaced === undefined && (key < start || !head.startsWith(`${place},"kind":"`)))
      hashed.misplaced = place
    const entry = entries.subarray(start, end)
    if (head.includes('"kind":"retention"')) hashed.pruned = Math.max(hashed.pruned, minimumIndexIn(entry))
    hashed.leaves.push(hashInPlace(entries, start, end))
    hashed.entries.push(entry)
    at = end
  }
  return hashed
}

/** The byte before an entry, the end of its length, lends its place to the zero that is hashed before the entry. */
function hashInPlace(entries: Buffer, start: number, end: number): Buffer {
  const before = entries[start - 1]!
  entries[start - 1] = 0
  const hashed = sha256(entries.subarray(start - 1, end))
  entries[start - 1] = before
  return hashed
}

function minimumIndexIn(entry: Buffer): number {
  const { content } = JSON.parse(entry.toString()) as { content?: { minimumIndex?: number } }
  return content?.minimumIndex ?? 0
}

export const cutHashes = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32))
