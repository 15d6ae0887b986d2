import { distinctSubjects, type Subject } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readNewestVersions } from '../registry/held-version-store.ts'
import type { Correction } from './correction.ts'
import { listOfDataset, listOfSubject } from './correction-store.ts'
import { draftOf } from './log-entry.ts'
import type { CorrectionNeeds } from './needs.ts'

type Page = { before: string | undefined; limit: number }

/** `limit` and one more, if there is one. */
export async function ownCorrections(
  needs: CorrectionNeeds,
  caller: Caller,
  subject: Subject,
  { before, limit }: Page,
) {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await listOfSubject(tx, subject, before, limit + 1)
    record(draftOf(caller, { step: 'list', found: Math.min(found.length, limit) }, [subject]))
    return found
  })
  return outcome
}

export async function correctionsOf(needs: CorrectionNeeds, caller: Caller, dataset: string, { before, limit }: Page) {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await withNewest(tx, dataset, await listOfDataset(tx, dataset, before, limit + 1))
    const shown = found.slice(0, limit)
    record(
      draftOf(
        caller,
        { step: 'list', dataset, found: shown.length },
        distinctSubjects(shown.map(({ subject }) => subject)),
      ),
    )
    return found
  })
  return outcome
}

/** Each with the version of its record that the registry holds now. */
async function withNewest(tx: Transaction, dataset: string, found: Correction[]): Promise<Correction[]> {
  const keys = found.flatMap(({ key }) => (key === undefined ? [] : [key]))
  const newest = await readNewestVersions(tx, dataset, keys)
  return found.map(one => {
    const version = one.key === undefined ? undefined : newest.get(one.key)
    return version === undefined ? one : { ...one, newestVersion: version }
  })
}
