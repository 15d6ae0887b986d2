/** Whether a receipt proves its entry, from the receipt and public keys alone. */
import { canonicalJson, type Json } from '../contract/canonical-json.ts'
import { type Checkpoint, openCheckpoint, readProof, type Trust } from './note.ts'
import { isIncluded, leafHash } from './tree.ts'

export type VerifiedReceipt = { index: number; checkpoint: Checkpoint; leaf: Buffer; entrySeen: boolean }

/**
 * `entry` is the entry's JSON, in any spelling: canonical JSON makes the bytes that were hashed. Without it the leaf hash
 * that the receipt carries is proved, which holds the hub to one entry without telling which. Returns why it fails.
 */
export function verifyReceipt(receipt: string, trust: Trust, entry?: Json): VerifiedReceipt | string {
  const proof = readProof(receipt)
  if (!proof) return 'this is no c2sp.org/tlog-proof@v1'
  const checkpoint = openCheckpoint(proof.checkpoint, trust)
  if (typeof checkpoint === 'string') return `the checkpoint is not to be trusted: ${checkpoint}`
  const stated = proof.extra?.length === 32 ? proof.extra : undefined
  const leaf = entry === undefined ? stated : leafHash(Buffer.from(canonicalJson(entry)))
  if (!leaf) return 'the receipt names no leaf hash: give the entry too'
  if (stated && !stated.equals(leaf)) return `entry ${proof.index} is not the one that this receipt was given for`
  if (entry !== undefined && indexOf(entry) !== proof.index)
    return `the entry says that it is another than ${proof.index}`
  if (!isIncluded(proof.index, leaf, proof.path, checkpoint)) {
    return `entry ${proof.index} does not stand in the tree of size ${checkpoint.size}`
  }
  return { index: proof.index, checkpoint, leaf, entrySeen: entry !== undefined }
}

const indexOf = (entry: Json): number | undefined => {
  const isObject = entry !== null && typeof entry === 'object' && !Array.isArray(entry)
  return isObject && typeof entry.index === 'number' ? entry.index : undefined
}
