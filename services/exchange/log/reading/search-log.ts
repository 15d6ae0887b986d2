/** Searching the log: every search is itself an entry, in the transaction that reads. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Draft } from '../append/access-log.ts'
import { draftBy } from '../append/draft.ts'
import type { LogNeeds } from '../append/needs.ts'
import { type Published, published } from '../keeping/read-published.ts'
import { writeProof } from '../tree/checkpoint.ts'
import type { LoggedEntry } from '../tree/entry-store.ts'
import { proveInclusions } from '../tree/prove-entries.ts'
import { findEntries } from './find-entries.ts'
import type { SearchFilter } from './search-filter.ts'

/** The log entry of a search. The subject searched for sees it; the subject's id stands in `about` alone. */
function draftOf(caller: Caller, filter: SearchFilter, content: JsonObject): Draft {
  const { subject, ...rest } = filter
  return draftBy(caller, undefined, {
    kind: 'log-search',
    ...(subject && { about: [subject] }),
    content: { filter: { ...(rest as JsonObject), bySubject: subject !== undefined }, ...content },
  })
}

export async function searchEntries(
  needs: LogNeeds,
  caller: Caller,
  filter: SearchFilter,
  page: { before?: number; limit: number },
): Promise<LoggedEntry[]> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await findEntries(tx, filter, page)
    const content = {
      what: 'entries',
      found: Math.min(found.length, page.limit - 1),
      ...(page.before && { before: page.before }),
    }
    record(draftOf(caller, filter, content))
    return found
  })
  return outcome
}

const exportPage = 200

/** One exported line: the entry as it was hashed, and its receipt against the checkpoint of the export's beginning. */
export type ExportLine = { entry: string; receipt: string }

/** Notes the export before the first line leaves. Its lines are read page by page, so it may be of any length. */
export async function exportEntries(
  needs: LogNeeds,
  caller: Caller,
  filter: SearchFilter,
): Promise<AsyncGenerator<ExportLine>> {
  const at = await published(needs)
  await needs.accessLog.commitWith(async (_, record) => {
    record(draftOf(caller, filter, { what: 'export', size: at.size }))
    return undefined
  })
  return exportLines(needs, filter, at)
}

async function* exportLines(
  needs: LogNeeds,
  filter: SearchFilter,
  { checkpoint, size }: Published,
): AsyncGenerator<ExportLine> {
  let before = size
  for (;;) {
    const found = await findEntries(needs.pool, filter, { before, limit: exportPage })
    const proofs = await proveInclusions(
      needs.pool,
      found.map(({ index }) => index),
      size,
    )
    for (const [i, { index, entry }] of found.entries()) {
      yield { entry, receipt: writeProof(index, proofs[i]!.leaf, proofs[i]!.hashes, checkpoint) }
    }
    if (found.length < exportPage) return
    before = found.at(-1)!.index
  }
}
