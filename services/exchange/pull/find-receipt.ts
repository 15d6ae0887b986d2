import { writeProof } from '../log/tree/checkpoint.ts'
import { readHead } from '../log/append/log-store.ts'
import { proveInclusion } from '../log/tree/prove-entries.ts'
import { indexOfPull } from '../log/reading/search-store.ts'
import type { Hub } from '../hub.ts'
import type { Caller } from '../platform/identity/caller.ts'

/** The receipt of an own pull against today's checkpoint; undefined where the caller made no such pull. */
export async function findReceipt(
  hub: Hub,
  caller: Caller,
  pull: string,
): Promise<{ index: number; receipt: string } | undefined> {
  const index = await indexOfPull(hub.pool, caller.id, pull)
  if (index === undefined) return undefined
  const { edge, checkpoint } = await readHead(hub.pool)
  const { leaf, hashes } = await proveInclusion(hub.pool, index, edge.size)
  return { index, receipt: writeProof(index, leaf, hashes, checkpoint) }
}
