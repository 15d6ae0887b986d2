/** Checkpoints (c2sp.org/tlog-checkpoint) and self-contained proofs (c2sp.org/tlog-proof) as text. */
import { inclusionPath, type NodeReader, spanHash } from './merkle.ts'

export type TreeHead = { origin: string; size: number; root: Buffer }

/** The text that is signed: origin, size and root on a line each; we write no extension lines. */
export const checkpointText = ({ origin, size, root }: TreeHead): string =>
  `${origin}\n${size}\n${root.toString('base64')}\n`

/** The opposite of checkpointText; undefined where the text is no checkpoint. */
export function readCheckpointText(text: string): TreeHead | undefined {
  const [, origin, size, root] = /^([^\n]+)\n(0|[1-9]\d*)\n([A-Za-z0-9+/]{43}=)\n/.exec(text) ?? []
  if (!origin || !size || !root || !Number.isSafeInteger(Number(size))) return undefined
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}

/**
 * A receipt: what proves offline that entry `index` stands in the tree that `checkpoint` signs. Its `extra` is the entry's
 * leaf hash, so that who holds the receipt but may not see the entry can check it, and hold the hub to that very entry.
 */
export function writeProof(index: number, leaf: Buffer, hashes: readonly Buffer[], checkpoint: string): string {
  const lines = hashes.map(hash => `${hash.toString('base64')}\n`)
  return `c2sp.org/tlog-proof@v1\nextra ${leaf.toString('base64')}\nindex ${index}\n${lines.join('')}\n${checkpoint}`
}

export const inclusionHashes = (index: number, size: number, node: NodeReader): Buffer[] =>
  inclusionPath(index, size).map(span => spanHash(span, node))
