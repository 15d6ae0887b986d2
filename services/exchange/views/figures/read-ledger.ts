import { type Failure, isFailure } from '../../../contract/failure.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { LogNeeds } from '../../log/append/needs.ts'
import { published } from '../../log/keeping/read-published.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type LedgerQuery, ledgerOf, readQuery } from './ledger.ts'
import { countProofs, countPulls } from './ledger-store.ts'

/** Counts the published log; the reading is an entry itself, as every reading of the log is. */
export async function readLedger(needs: LogNeeds, caller: Caller, query: LedgerQuery) {
  const filter = readQuery(caller, query)
  if (isFailure(filter)) return filter
  const { size } = await published(needs)
  const { matter, department } = filter
  const asked = { from: query.from, until: query.to, ...(matter && { matter }), ...(department && { department }) }
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    record(
      draftBy(caller, undefined, {
        kind: 'log-search',
        content: { what: 'ledger', filter: asked, size },
      }),
    )
    const counted = { ...filter, size }
    const ledger = ledgerOf(await countPulls(tx, counted), await countProofs(tx, counted))
    return {
      from: query.from,
      to: query.to,
      ...(matter && { matter }),
      ...(department && { department }),
      size,
      ...ledger,
    }
  })
  return outcome as Exclude<typeof outcome, Failure>
}
