/**
 * Recomputes a log from its entries: every leaf, every tile, every root that was ever signed and held. The first thing that
 * does not fit is named by its index.
 */
import {
  type Bundle,
  bundleWidth,
  countPresent,
  createBundleReader,
  cutHashes,
  type HashedEntries,
  hashEntries,
} from './bundle.ts'
import { checkTiles, type Subtree } from './check-tiles.ts'
import { type Finding, isFinding } from './finding.ts'
import { type Checkpoint, openCheckpoint, type Trust } from './note.ts'
import type { LogSource } from './source.ts'
import { createTree } from './tree.ts'

export type LogToVerify = {
  source: LogSource
  trust: Trust
  /** Checkpoints held from before, smallest first. */
  held?: readonly Checkpoint[]
  /** Leaf hashes kept from before, 32 bytes each. */
  kept?: Buffer
  /** Whether to read the entries themselves, or the hash tiles alone. */
  readEntries: boolean
  /** Entries below it are past their retention: their hashes are taken from the tiles. */
  minimumIndex?: number
  onProgress?: (done: number, size: number) => void
  /** Called with each entry that was read, in order, as its bundle is checked; whether it was signed shows at the end. */
  onEntry?: (entry: Buffer) => void
}

export type VerifiedLog = { checkpoint: Checkpoint; note: string; leaves: Buffer; entriesRead: number }

/** @throws SourceError where the log could not be read, and nothing was found wrong with what could. */
export async function verifyLog(log: LogToVerify): Promise<VerifiedLog | Finding> {
  const note = await log.source.checkpoint()
  const checkpoint = openCheckpoint(note, log.trust)
  if (typeof checkpoint === 'string') return { problem: 'checkpoint-untrusted', index: 0, detail: checkpoint }
  const replayed = await replay(log, checkpoint)
  if (isFinding(replayed)) return replayed
  const wrong =
    checkLength(log, checkpoint) ??
    checkPruned(log, replayed.pruned) ??
    (await checkTiles(log.source, replayed.subtrees))
  if (wrong) return wrong
  if (replayed.refused) throw replayed.refused
  return { checkpoint, note, leaves: replayed.leaves, entriesRead: replayed.entriesRead }
}

/** Appends every leaf to a tree of our own, and looks at each size that has a signature whether the root is the signed one. */
async function replay(log: LogToVerify, checkpoint: Checkpoint) {
  const { held = [], readEntries, minimumIndex = 0, onProgress } = log
  const reader = createBundleReader(log.source, readEntries ? minimumIndex : Number.POSITIVE_INFINITY)
  const subtrees: Subtree[] = []
  const tree = createTree(undefined, (level, index, hash) => subtrees.push({ level, index, hash }))
  const leaves = Buffer.alloc(checkpoint.size * 32)
  const agreement = createAgreement(held, checkpoint)
  let entriesRead = 0
  let pruned = 0
  for await (const bundle of reader.bundles(checkpoint.size)) {
    const found = await checkBundle(log, bundle)
    if (isFinding(found)) return found
    if (bundle.entries) entriesRead += bundle.count
    pruned = Math.max(pruned, found.pruned)
    if (log.onEntry) found.entries.forEach(log.onEntry)
    for (const [i, leaf] of found.leaves.entries()) {
      leaf.copy(leaves, (bundle.first + i) * 32)
      tree.append(leaf)
      const broken = agreement.at(tree.size(), tree.root)
      if (broken) return broken
    }
    onProgress?.(tree.size(), checkpoint.size)
  }
  const empty = checkpoint.size === 0 && agreement.at(0, tree.root)
  return empty || { leaves, subtrees, entriesRead, pruned, refused: reader.refused() }
}

/** Compares roots at each signed size, so that the first one that differs tells between which two sizes history changed. */
function createAgreement(held: readonly Checkpoint[], published: Checkpoint) {
  const marks = [...held.filter(({ size }) => size <= published.size && (size > 0 || published.size === 0)), published]
  let agreed = 0
  return {
    at(size: number, root: () => Buffer): Finding | undefined {
      for (; marks[0]?.size === size; marks.shift()) {
        if (!marks[0].root.equals(root())) return rewritten(agreed, marks[0], marks[0] === published)
        agreed = size
      }
      return undefined
    },
  }
}

function rewritten(agreed: number, { size }: Checkpoint, published: boolean): Finding {
  const place = size - agreed > 1 ? { index: agreed, through: size - 1 } : { index: agreed }
  const whose = published ? 'that the log shows now' : 'that was held'
  const problem = published ? 'root-wrong' : 'history-rewritten'
  return { problem, ...place, detail: `the entries do not make the root of the checkpoint of size ${size} ${whose}` }
}

type Checked = Pick<HashedEntries, 'leaves' | 'entries' | 'pruned'>

async function checkBundle(log: LogToVerify, bundle: Bundle): Promise<Checked | Finding> {
  const { first, count, entries, tile, wanted } = bundle
  const hashed = entries && hashEntries(entries, first, count)
  if (wanted && (hashed?.leaves.length ?? 0) < count) return missing(log.source, bundle, hashed?.leaves.length)
  if (!hashed && !tile) return missing(log.source, bundle)
  const leaves = hashed?.leaves ?? cutHashes(tile!)
  for (const [i, leaf] of leaves.entries()) {
    const index = first + i
    const before = log.kept?.subarray(index * 32, index * 32 + 32)
    if (before?.length === 32 && !before.equals(leaf)) {
      return { problem: 'entry-changed', index, detail: `entry ${index} is not what it was when its hash was kept` }
    }
    if (hashed?.misplaced === index) {
      return { problem: 'entry-misplaced', index, detail: `what stands at ${index} says that it is another entry` }
    }
    if (hashed && tile && tile.compare(leaf, 0, 32, i * 32, i * 32 + 32) !== 0) {
      return { problem: 'entry-changed', index, detail: `entry ${index} does not hash to its leaf in the tree` }
    }
  }
  return { leaves, entries: hashed?.entries ?? [], pruned: hashed?.pruned ?? 0 }
}

async function missing(source: LogSource, { first, count, wanted }: Bundle, present?: number): Promise<Finding> {
  const bundle = first / bundleWidth
  const read = (width: number) => (wanted ? source.entries(bundle, width) : source.tile(0, bundle, width))
  const index = first + (present ?? (await countPresent(read, count)))
  return { problem: 'entries-missing', index, detail: `there is no entry ${index}, though the log claims more` }
}

function checkLength({ held = [] }: LogToVerify, { size }: Checkpoint): Finding | undefined {
  const longest = held.at(-1)
  if (!longest || longest.size <= size) return undefined
  const detail = `the log has ${size} entries, a checkpoint held has ${longest.size}`
  return { problem: 'shorter-than-checkpoint', index: size, through: longest.size - 1, detail }
}

/** Entries may be gone only where an entry of the retention job says so, under the same signatures as all else. */
function checkPruned({ readEntries, minimumIndex = 0 }: LogToVerify, pruned: number): Finding | undefined {
  if (!readEntries || minimumIndex <= pruned) return undefined
  const detail = `entries from ${pruned} on are said to be past their retention, but no entry of the log says so`
  return { problem: 'entries-missing', index: pruned, through: minimumIndex - 1, detail }
}
