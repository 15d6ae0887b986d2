/** Deleting, softly and then for good. A version that a retained record or another schema still needs is never deleted for good. */

import type { Transaction } from '../../../../postgres/transaction.ts'
import { lockDataset } from '../../../law/catalogue/catalogue-store.ts'
import type { Caller } from '../../../platform/identity/caller.ts'
import { draftOf } from '../change-rules.ts'
import { eraseVersions, markDeleted, readReferrers } from '../deleted-version-store.ts'
import type { SchemaNeeds } from '../needs.ts'
import { listVersions } from '../schema-store.ts'
import type { VersionEntry } from '../schema-version.ts'
import { type ConfluentError, confluentError, isConfluentError } from './error.ts'
import { ownSubject, pickVersion, subjectOf } from './find-subject.ts'

/** The versions that went. */
export async function deleteSubject(
  needs: SchemaNeeds,
  caller: Caller,
  subject: string,
  permanent = false,
): Promise<number[] | ConfluentError> {
  return deleteSome(needs, caller, { subject, permanent }, versions => {
    const standing = versions.filter(({ deletedAt }) => !deletedAt)
    if (permanent) return standing.length > 0 ? confluentError(40405, subject) : versions
    return standing.length > 0 ? standing : confluentError(40404, subject)
  })
}

export async function deleteVersion(
  needs: SchemaNeeds,
  caller: Caller,
  { subject, version }: { subject: string; version: string },
  permanent = false,
): Promise<number | ConfluentError> {
  const gone = await deleteSome(needs, caller, { subject, permanent }, versions => {
    const standing = versions.filter(({ deletedAt }) => !deletedAt)
    const isLatest = version === 'latest' || version === '-1'
    if (isLatest && !permanent && standing.length === 0) return confluentError(40404, subject)
    const found = pickVersion(isLatest && !permanent ? standing : versions, version)
    if (isConfluentError(found)) return found
    if (permanent && !found.deletedAt) return confluentError(40407, String(found.version))
    return !permanent && found.deletedAt ? confluentError(40406, String(found.version)) : [found]
  })
  return isConfluentError(gone) ? gone : gone[0]!
}

type Pick = (versions: VersionEntry[]) => VersionEntry[] | ConfluentError

async function deleteSome(
  needs: SchemaNeeds,
  caller: Caller,
  { subject, permanent }: { subject: string; permanent: boolean },
  pick: Pick,
): Promise<number[] | ConfluentError> {
  const dataset = ownSubject(needs, caller, subject)
  if (isConfluentError(dataset)) return dataset
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    await lockDataset(tx, dataset.id)
    const versions = await listVersions(tx, dataset.id)
    const picked = versions.length === 0 ? confluentError(40401, subject) : pick(versions)
    if (isConfluentError(picked)) return picked
    const barred =
      (await barredByReference(tx, dataset.id, picked)) ??
      (permanent ? await barredByRecords(tx, needs, dataset.id, picked) : undefined)
    if (barred) return barred
    const numbers = picked.map(({ version }) => version)
    record(draftOf(caller, dataset.id, permanent ? 'erase' : 'delete', { versions: numbers }))
    await (permanent ? eraseVersions(tx, dataset.id, numbers) : markDeleted(tx, dataset.id, numbers, needs.now()))
    return numbers
  })
  await needs.schemas.forget()
  return outcome
}

async function barredByReference(tx: Transaction, dataset: string, picked: VersionEntry[]) {
  const subject = subjectOf(dataset)
  for (const { version } of picked) {
    const referrers = await readReferrers(tx, subject, version)
    if (referrers.length > 0) return confluentError(42206, `${subject} version ${version}`)
  }
  return undefined
}

async function barredByRecords(
  tx: Transaction,
  { heldRecords }: SchemaNeeds,
  dataset: string,
  picked: VersionEntry[],
): Promise<ConfluentError | undefined> {
  const numbers = picked.map(({ version }) => version)
  const used = await heldRecords.versionsInUse(tx, dataset, numbers)
  if (used.length === 0) return undefined
  return confluentError(42205, `Retained records name version ${used.join(', ')}: it can be deleted softly only.`)
}
