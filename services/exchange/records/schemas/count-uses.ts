import type { Queryable } from '../../../postgres/pool.ts'
import { readHead } from '../../log/append/log-store.ts'
import { indexSpan } from '../../log/reading/find-index-span.ts'
import { pullOf } from '../../log/reading/pull-entry.ts'
import { readSlicesBack } from '../../log/reading/read-slices.ts'
import { openUses, type Use } from './uses.ts'

/** Permitted pulls counted at most, the newest ones. */
const mostPulls = 100_000

/** Which departments were given, or had verified, which fields of a dataset since `since`, by the access log. */
export async function countUses(db: Queryable, dataset: string, since: Date): Promise<Use[]> {
  const { first } = await indexSpan(db, since.toISOString())
  const end = (await readHead(db)).edge.size
  const uses = openUses(dataset, mostPulls)
  /** Canonical JSON has it in every pull that was asked for the dataset, and to look for a text costs a fiftieth of parsing. */
  const named = JSON.stringify(dataset)
  for await (const entries of readSlicesBack(db, { first, end })) {
    for (const { entry } of entries) {
      const pull = entry.includes(named) ? pullOf(entry) : undefined
      if (pull && pull.at >= since) uses.take(pull)
    }
    if (uses.isFull()) break
  }
  return uses.uses()
}
