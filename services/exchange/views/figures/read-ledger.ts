import { isFailure } from '../../../contract/failure.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { LogNeeds } from '../../log/append/needs.ts'
import { published } from '../../log/keeping/read-published.ts'
import type { LoggedPull } from '../../log/reading/pull-entry.ts'
import { findPullSpan, readPulls } from '../../log/reading/read-pulls.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { openLedger } from './ledger.ts'
import { type LedgerFilter, readQuery } from './ledger-query.ts'
import type { Ledger, LedgerQuery } from './ledger-shapes.ts'

/** Counts the published log. The reading is an entry itself, as every reading of the log is, and stands before the counting. */
export async function readLedger(needs: LogNeeds, caller: Caller, query: LedgerQuery) {
  const filter = readQuery(caller, query)
  if (isFailure(filter)) return filter
  const { size } = await published(needs)
  const { matter, department } = filter
  const meant = { ...(matter && { matter }), ...(department && { department }) }
  await needs.accessLog.commitWith(async (_, record) => {
    const content = { what: 'ledger', filter: { from: query.from, until: query.to, ...meant }, size }
    record(draftBy(caller, undefined, { kind: 'log-search', content }))
    return undefined
  })
  const ledger = await countLedger(needs, filter, size)
  return { from: query.from, to: query.to, ...meant, size, ...ledger }
}

async function countLedger(needs: LogNeeds, filter: LedgerFilter, size: number): Promise<Ledger> {
  const span = await findPullSpan(needs.pool, filter, size)
  const { matter, department } = filter
  const isMeant = (pull: LoggedPull) =>
    (matter ?? pull.matter) === pull.matter && (department ?? pull.department) === pull.department
  const ledger = openLedger()
  do {
    for await (const pulls of readPulls(needs.pool, span, membersOf({ matter, department }))) {
      for (const pull of pulls) if (isMeant(pull)) ledger.take(pull)
    }
  } while (ledger.again())
  return ledger.ledger()
}

/** As they stand in an entry. */
const membersOf = (named: Readonly<Record<string, string | undefined>>): string[] =>
  Object.entries(named).flatMap(([name, value]) => (value === undefined ? [] : `"${name}":${JSON.stringify(value)}`))
