import type { Subject } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { ConsentNeeds } from './needs.ts'
import type { Representation } from './representation.ts'
import { listRepresentationsOf, listRepresentedBy } from './representation-store.ts'

/** Who may act for the caller, and for whom the caller may act. The reading is logged like any other. */
export async function readOwnRepresentations(
  needs: ConsentNeeds,
  caller: Caller,
  subject: Subject,
): Promise<Representation[]> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const own = await listRepresentationsOf(tx, subject)
    const others = subject.type === 'person' ? await listRepresentedBy(tx, subject) : []
    const content = { what: 'records', found: own.length + others.length }
    record({ kind: 'citizen-view', caller: caller.id, about: [subject], content, decision: 'permit' })
    return [...own, ...others]
  })
  return outcome
}
