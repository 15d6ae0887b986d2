/** Reading consents is reading personal data, so each reading stands in the access log too. */
import { type Failure, failure } from '../../../contract/failure.ts'
import { distinctSubjects, type Subject } from '../../../contract/subject.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readParties } from '../catalogue/department-store.ts'
import { actsFor, isOwn } from './actor.ts'
import type { Consent } from './consent.ts'
import { type DepartmentFilter, listConsentsAbout, listConsentsOf, readConsent } from './consent-store.ts'
import { draftOf } from './log-entry.ts'
import type { ConsentNeeds } from './needs.ts'
import { type ReceiptSigner, receiptOf } from './receipt.ts'
import { isInForce } from './representation.ts'
import { listRepresentationsOf, listRepresentedBy } from './representation-store.ts'

/** A page of a department's consents, and one more if there is one; the subjects in it see that it was read. */
export async function listForDepartment(
  needs: ConsentNeeds,
  caller: Caller,
  filter: DepartmentFilter,
  limit: number,
): Promise<Consent[]> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await listConsentsOf(tx, filter, limit + 1, now)
    const shown = found.slice(0, limit)
    record({
      kind: 'consent',
      caller: caller.id,
      department: filter.department,
      content: { step: 'list', found: shown.length },
      about: distinctSubjects(shown.map(({ subject }) => subject)),
      decision: 'permit',
    })
    return found
  })
  return outcome
}

/** The citizen's own consents and those of whom they represent now. */
export async function listForSubject(
  needs: ConsentNeeds,
  caller: Caller,
  own: Subject,
  { before, limit }: { before: string | undefined; limit: number },
): Promise<Consent[]> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const represented = own.type === 'person' ? await listRepresentedBy(tx, own) : []
    const others = represented.filter(known => isInForce(known, now)).map(({ subject }) => subject)
    const found = await listConsentsAbout(tx, distinctSubjects([own, ...others]), before, limit + 1)
    const shown = found.slice(0, limit)
    record({
      kind: 'citizen-view',
      caller: caller.id,
      about: distinctSubjects([own, ...shown.map(({ subject }) => subject)]),
      content: { what: 'consents', found: shown.length },
      decision: 'permit',
    })
    return found
  })
  return outcome
}

/** One consent, for its subject, a representative, or the receiving department. */
export async function readOne(
  needs: ConsentNeeds,
  caller: Caller,
  id: string,
  step: 'read' | 'receipt',
): Promise<Consent | Failure> {
  const now = needs.now()
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const consent = await readConsent(tx, id)
    const seen = consent && (await maySeeConsent(tx, caller, consent, now)) ? consent : failure('NOT_FOUND')
    record(
      draftOf(
        caller,
        { content: { consent: id, step }, datasets: 'failure' in seen ? [] : Object.keys(seen.datasets) },
        seen,
      ),
    )
    return seen
  })
  return outcome
}

export async function signedReceipt(needs: ConsentNeeds, signer: ReceiptSigner, consent: Consent) {
  const sources = Object.keys(consent.datasets).map(dataset => dataset.split('.')[0]!)
  const parties = await readParties(needs.pool, [consent.department, ...sources])
  const receipt = receiptOf(consent, new Map(parties.map(party => [party.id, party])), needs.now())
  return { receipt, jws: await signer.sign(receipt) }
}

/** Whether a caller may read this consent: subject, representative, receiving department. */
async function maySeeConsent(tx: Transaction, caller: Caller, consent: Consent, now: Date): Promise<boolean> {
  const { subject, department } = consent
  if (actsFor(caller, department)) return true
  if (!caller.roles.includes('citizen')) return false
  if (isOwn(caller, subject)) return true
  const standing = await listRepresentationsOf(tx, subject)
  return standing.some(known => isOwn(caller, known.representative) && isInForce(known, now))
}
