/** Checkpoints (c2sp.org/tlog-checkpoint) and self-contained proofs (c2sp.org/tlog-proof) as text. */
import { inclusionPath, type NodeReader, type Span, spanHash } from './merkle.ts'

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
export const writeProof = (index: number, leaf: Buffer, hashes: readonly Buffer[], checkpoint: string): string =>
  proofText(index, leaf, hashes.map(lineOf), checkpoint)

const lineOf = (hash: Buffer) => `${hash.toString('base64')}\n`

const proofText = (index: number, leaf: Buffer, lines: readonly string[], checkpoint: string) =>
  `c2sp.org/tlog-proof@v1\nextra ${lineOf(leaf)}index ${index}\n${lines.join('')}\n${checkpoint}`

/** Writes receipts of one batch: most of their lines are the same, and each is made once. */
export function proofWriter(size: number, node: NodeReader, checkpoint: string) {
  const lines = new Map<string, string>()
  const lineAt = (span: Span) => {
    const name = `${span.start} ${span.end}`
    const line = lines.get(name) ?? lineOf(spanHash(span, node))
    lines.set(name, line)
    return line
  }
  return (index: number, leaf: Buffer): string =>
    proofText(index, leaf, inclusionPath(index, size).map(lineAt), checkpoint)
}
