/** Reading a log 256 entries at a time, each bundle beside its tile of leaf hashes. */
import { type LogSource, SourceError } from './source.ts'
import { leafHash } from './tree.ts'

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

/** Leaf hashes of a bundle's entries: as many as are whole. */
export function hashEntries(entries: Buffer, first: number, count: number): HashedEntries {
  const hashed: HashedEntries = { leaves: [], entries: [], misplaced: undefined, pruned: 0 }
  for (let at = 0; at + 2 <= entries.length && hashed.leaves.length < count; ) {
    const end = at + 2 + entries.readUInt16BE(at)
    if (end > entries.length) break
    const entry = entries.subarray(at + 2, end)
    const place = first + hashed.leaves.length
    // No text within an entry can look like this: quotes in it are escaped.
    if (hashed.misplaced === undefined && !entry.includes(`,"index":${place},"kind":"`)) hashed.misplaced = place
    if (entry.includes('"kind":"retention"')) hashed.pruned = Math.max(hashed.pruned, minimumIndexIn(entry))
    hashed.leaves.push(leafHash(entry))
    hashed.entries.push(entry)
    at = end
  }
  return hashed
}

function minimumIndexIn(entry: Buffer): number {
  const { content } = JSON.parse(entry.toString()) as { content?: { minimumIndex?: number } }
  return content?.minimumIndex ?? 0
}

export const cutHashes = (bytes: Buffer): Buffer[] =>
  Array.from({ length: bytes.length / 32 }, (_, i) => bytes.subarray(i * 32, (i + 1) * 32))
