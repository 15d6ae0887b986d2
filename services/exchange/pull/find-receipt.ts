import { readHead } from '../log/append/log-store.ts'
import { indexOfPull } from '../log/reading/find-entries.ts'
import { writeProof } from '../log/tree/checkpoint.ts'
import { proveInclusion } from '../log/tree/prove-entries.ts'
import type { Caller } from '../platform/identity/caller.ts'
import type { PullNeeds } from './needs.ts'

/** The receipt of an own pull against today's checkpoint; undefined where the caller made no such pull. */
export async function findReceipt(
  needs: PullNeeds,
  caller: Caller,
  pull: string,
): Promise<{ index: number; receipt: string } | undefined> {
  const index = await indexOfPull(needs.pool, caller.id, pull)
  if (index === undefined) return undefined
  const { edge, checkpoint } = await readHead(needs.pool)
  const { leaf, hashes } = await proveInclusion(needs.pool, index, edge.size)
  return { index, receipt: writeProof(index, leaf, hashes, checkpoint) }
}
