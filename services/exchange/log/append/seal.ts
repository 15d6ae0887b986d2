/** How a batch is made from a head: pure but for the salts and the signature. */

import { checkpointText, proofWriter } from '../tree/checkpoint.ts'
import { LogUnavailable } from '../tree/log-unavailable.ts'
import { grow, rootOf } from '../tree/merkle.ts'
import { type NoteSigner, signNote } from '../tree/note.ts'
import { packEntries } from '../tree/packed-entries.ts'
import type { Appended } from './access-log.ts'
import { type PreparedEntry, saltBytes, sealEntry } from './entry.ts'
import type { Batch, Head } from './head.ts'

export type SealOptions = {
  signer: NoteSigner
  /** Signs along while a key is being replaced: who knows either key can verify. */
  nextSigner?: NoteSigner
  origin: string
  random: (bytes: number) => Buffer
}

/** Everything between the head and the insert: no waiting, one hash an entry, one signature. */
export function sealBatch(options: SealOptions, before: Head, prepared: readonly PreparedEntry[], at: Date): Batch {
  const { random } = options
  const { edge: head } = before
  const salts = random(saltBytes * prepared.length)
  const entries = prepared.map((entry, i) =>
    sealEntry(entry, head.size + i, at, salts.subarray(i * saltBytes, (i + 1) * saltBytes)),
  )
  const { rows, leaves } = packEntries(head.size, entries)
  const growth = grow(head, leaves)
  return {
    before,
    growth,
    at,
    rows,
    leaves,
    checkpoint: signHead(options, growth.edge.size, rootOf(growth.edge)),
  }
}

/** @throws LogUnavailable where signing fails. */
export function signHead({ origin, signer, nextSigner }: SealOptions, size: number, root: Buffer): string {
  const text = checkpointText({ origin, size, root })
  try {
    return signNote(text, nextSigner ? [signer, nextSigner] : [signer])
  } catch (cause) {
    throw new LogUnavailable('the checkpoint could not be signed', { cause })
  }
}

export function receiptsOf({ growth, leaves, checkpoint }: Batch): Appended[] {
  const write = proofWriter(growth.edge.size, growth.node, checkpoint)
  return leaves.map((leaf, i) => {
    const index = growth.from + i
    return { index, receipt: () => write(index, leaf) }
  })
}
