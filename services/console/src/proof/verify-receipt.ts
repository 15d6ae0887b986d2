/** A receipt verified step by step, so that whoever looks on sees each of them. Nothing is asked of the hub here. */
import { canonicalJson, type Json } from '../../../contract/canonical-json.ts'
import { sameBytes, textBytes, toHex } from './bytes.ts'
import { readCheckpoint, readLogKey, readProof, signerOf } from './note.ts'
import { leafHash, rootFromPath } from './tree.ts'

type StepName = 'canonical' | 'leaf' | 'receipt' | 'place' | 'path' | 'root' | 'signature'
/** `shown` is what was computed; `good` whether it is what it must be. */
export type ProofStep = { name: StepName; good: boolean; shown: string; values?: Record<string, string | number> }

/** Ends with the first step that fails; all good means that the entry stands in the log that the key signs for. */
export async function* verifyReceipt(
  entry: Json,
  receipt: string,
  verifierKeys: readonly string[],
): AsyncGenerator<ProofStep> {
  const text = canonicalJson(entry)
  yield { name: 'canonical', good: true, shown: text, values: { bytes: textBytes(text).length } }
  const leaf = await leafHash(textBytes(text))
  yield { name: 'leaf', good: true, shown: toHex(leaf) }

  const proof = readProof(receipt)
  const fits = proof !== undefined && (!proof.leaf || sameBytes(proof.leaf, leaf))
  yield { name: 'receipt', good: fits, shown: receipt }
  if (!proof || !fits) return
  const stated = entry !== null && typeof entry === 'object' && !Array.isArray(entry) ? entry.index : undefined
  yield {
    name: 'place',
    good: stated === proof.index,
    shown: `${stated} = ${proof.index}`,
    values: { index: proof.index },
  }
  if (stated !== proof.index) return

  const checkpoint = readCheckpoint(proof.checkpoint)
  const root = checkpoint && (await rootFromPath(proof.index, checkpoint.size, leaf, proof.path))
  const hashes = proof.path.length
  yield { name: 'path', good: root !== undefined, shown: root ? toHex(root) : '', values: { hashes } }
  if (!checkpoint || !root) return
  const size = checkpoint.size
  yield { name: 'root', good: sameBytes(root, checkpoint.root), shown: toHex(checkpoint.root), values: { size } }
  if (!sameBytes(root, checkpoint.root)) return

  const keys = (await Promise.all(verifierKeys.map(readLogKey))).filter(key => key !== undefined)
  const signer = await signerOf(proof.checkpoint, keys)
  yield {
    name: 'signature',
    good: signer !== undefined,
    shown: signer ? `${signer.name} ${signer.id}` : proof.checkpoint,
  }
}
