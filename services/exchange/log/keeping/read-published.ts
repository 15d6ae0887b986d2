/** Proofs against the published checkpoint, or against any size the log has had. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { LogNeeds } from '../append/needs.ts'
import { readCheckpointText, writeProof } from '../tree/checkpoint.ts'
import { proveConsistency, proveInclusion } from '../tree/prove-entries.ts'

const outside = (pointer: string, size: number): Failure =>
  failure('LOG_POSITION_UNKNOWN', {
    pointer,
    ...inWords(`The published checkpoint has size ${size}.`, `已发布的检查点长度为 ${size}。`),
  })

const base64 = (hash: Buffer) => hash.toString('base64')

export type Published = { checkpoint: string; size: number }

export async function published(needs: LogNeeds): Promise<Published> {
  const checkpoint = await needs.accessLog.checkpoint()
  return { checkpoint, size: readCheckpointText(checkpoint)!.size }
}

/** With the checkpoint's own size the answer holds a complete c2sp.org/tlog-proof. */
export async function receiptFor(needs: LogNeeds, index: number, wanted?: number) {
  const { checkpoint, size: newest } = await published(needs)
  const size = wanted ?? newest
  if (size > newest) return outside('/size', newest)
  if (index >= size) return outside('/index', newest)
  const { leaf, hashes } = await proveInclusion(needs.pool, index, size)
  const proof = { index, size, leaf: base64(leaf), hashes: hashes.map(base64) }
  return size === newest ? { ...proof, receipt: writeProof(index, leaf, hashes, checkpoint) } : proof
}

export async function consistencyOf(needs: LogNeeds, from: number, wanted?: number) {
  const { size: newest } = await published(needs)
  const to = wanted ?? newest
  if (to > newest) return outside('/to', newest)
  if (from > to) return outside('/from', newest)
  const hashes = await proveConsistency(needs.pool, from, to)
  return { from, to, hashes: hashes.map(base64) }
}
