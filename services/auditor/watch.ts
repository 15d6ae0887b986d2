/**
 * Follows a log: each round takes the new leaf hashes, extends the tree kept from the rounds before, and sees whether it has
 * the root that is signed now. A log that changed anything it had shown before cannot have that root.
 */
import { type Finding, isFinding } from './finding.ts'
import { HeldError, type Keeping, readHeldCheckpoints } from './held.ts'
import { type Checkpoint, openCheckpoint, type Trust } from './note.ts'
import type { LogSource } from './source.ts'
import { createTree, type Tree } from './tree.ts'
import { verifyLog } from './verify-log.ts'

export type Watch = { round: () => Promise<Checkpoint | Finding> }

/** Starts from what `keeping` holds. @throws HeldError where that itself is not to be trusted. */
export async function openWatch(source: LogSource, trust: Trust, keeping: Keeping): Promise<Watch> {
  const notes = await keeping.checkpoints()
  const last = notes === '' ? undefined : readHeldCheckpoints(notes, trust).at(-1)
  const tree = createTree()
  const kept = await keeping.leaves()
  if (kept.length < (last?.size ?? 0) * 32) throw new HeldError('leaf hashes that were kept are gone')
  for (let i = 0; i < (last?.size ?? 0); i += 1) tree.append(kept.subarray(i * 32, i * 32 + 32))
  return { round: () => followOnce(source, trust, keeping, tree) }
}

async function followOnce(
  source: LogSource,
  trust: Trust,
  keeping: Keeping,
  tree: Tree,
): Promise<Checkpoint | Finding> {
  const note = await source.checkpoint()
  const checkpoint = openCheckpoint(note, trust)
  if (typeof checkpoint === 'string') return { problem: 'checkpoint-untrusted', index: tree.size(), detail: checkpoint }
  const from = tree.size()
  if (checkpoint.size < from) {
    const detail = `the log had ${from} entries and now has ${checkpoint.size}`
    return { problem: 'shorter-than-checkpoint', index: checkpoint.size, through: from - 1, detail }
  }
  const leaves = await readLeaves(source, from, checkpoint.size)
  const grown = createTree(tree.state())
  if (!Array.isArray(leaves)) return leaves
  for (const leaf of leaves) grown.append(leaf)
  if (!grown.root().equals(checkpoint.root)) return diagnose(source, trust, keeping, from)
  for (const leaf of leaves) tree.append(leaf)
  if (leaves.length > 0) await keeping.keep(Buffer.concat(leaves), note, from)
  return checkpoint
}

/** Leaf hashes `[from, size)` from the tiles of level 0. */
async function readLeaves(source: LogSource, from: number, size: number): Promise<Buffer[] | Finding> {
  const leaves: Buffer[] = []
  for (let at = from; at < size; ) {
    const index = Math.floor(at / 256)
    const width = Math.min(256, size - index * 256)
    const tile = await source.tile(0, index, width)
    if (!tile) return { problem: 'entries-missing', index: at, detail: `there are no hashes from ${at} on` }
    for (; at < index * 256 + width; at += 1) leaves.push(tile.subarray((at % 256) * 32, (at % 256) * 32 + 32))
  }
  return leaves
}

/** The root is wrong: the leaves kept from before say where. */
async function diagnose(source: LogSource, trust: Trust, keeping: Keeping, from: number): Promise<Finding> {
  const kept = await keeping.leaves()
  const held = readHeldCheckpoints(await keeping.checkpoints(), trust)
  const found = await verifyLog({ source, trust, held, kept: kept.subarray(0, from * 32), readEntries: false })
  if (isFinding(found)) return found
  return { problem: 'root-wrong', index: from, detail: 'the log showed two different trees of one size' }
}
