/** Subjects are named for topics: the schema of the values of `datarun.<dataset>` is `datarun.<dataset>-value`. */
import { isFailure } from '../../../../contract/failure.ts'
import { topicOf } from '../../../../contract/topic.ts'
import type { Dataset } from '../../../law/catalogue/dataset.ts'
import { ownDataset } from '../../../law/catalogue/own-dataset.ts'
import type { Caller } from '../../../platform/identity/caller.ts'
import type { SchemaNeeds } from '../needs.ts'
import { listVersions, readVersion } from '../schema-store.ts'
import type { RegisteredSchema, VersionEntry } from '../schema-version.ts'
import { isShown, type Shown } from '../shown.ts'
import { readStanding, type StandingVersion } from '../standing-store.ts'
import { inDefaultContext } from './context.ts'
import { type ConfluentError, confluentError } from './error.ts'

/** Prefix and suffix around the dataset in a subject. */
export const around = { before: topicOf(''), after: '-value' }

export const subjectOf = (dataset: string) => around.before + dataset + around.after

/** The dataset a subject speaks of; undefined where the name follows no topic of ours. */
export function datasetOf(needs: SchemaNeeds, subject: string): Dataset | undefined {
  const { before, after } = around
  const name = inDefaultContext(subject)
  const isOurs = name?.startsWith(before) && name.endsWith(after)
  return isOurs ? needs.catalogue.dataset(name!.slice(before.length, -after.length)) : undefined
}

/** A dataset that the caller may write to. Another's subject looks exactly like a missing one. */
export function ownSubject(needs: SchemaNeeds, caller: Caller, subject: string): Dataset | ConfluentError {
  const dataset = datasetOf(needs, subject)
  const own = dataset && ownDataset(needs.catalogue, caller, dataset.id)
  return own && !isFailure(own) ? own : confluentError(40401, subject)
}

/** The versions of a subject, oldest first; 40401 where it has none to show. */
export async function versionsOf(
  needs: SchemaNeeds,
  subject: string,
  shown: Shown = 'standing',
): Promise<VersionEntry[] | ConfluentError> {
  const dataset = datasetOf(needs, subject)
  const versions = dataset ? await listVersions(needs.pool, dataset.id) : []
  const some = versions.filter(version => isShown(version, shown))
  return some.length > 0 ? some : confluentError(40401, subject)
}

/** The version with its text; 40402 where it was deleted for good a moment ago. */
export const readText = async (
  { pool }: Pick<SchemaNeeds, 'pool'>,
  { dataset, version }: Pick<VersionEntry, 'dataset' | 'version'>,
): Promise<RegisteredSchema | ConfluentError> =>
  (await readVersion(pool, dataset, version)) ?? confluentError(40402, String(version))

/** Those that stand, and the dataset they are of. */
export async function standingOf(
  needs: SchemaNeeds,
  subject: string,
): Promise<{ dataset: Dataset; versions: StandingVersion[] } | ConfluentError> {
  const dataset = datasetOf(needs, subject)
  const versions = dataset ? await readStanding(needs.pool, dataset.id) : []
  return dataset && versions.length > 0 ? { dataset, versions } : confluentError(40401, subject)
}

/** As ids and versions are numbered: 1 to 2^31 - 1. */
export const isWholeNumber = (text: string) => /^[1-9]\d{0,9}$/.test(text) && Number(text) < 2 ** 31

/** `latest`, `-1`, or a number. */
export function pickVersion<V extends StandingVersion>(versions: V[], version: string): V | ConfluentError {
  if (version === 'latest' || version === '-1') return versions.at(-1)!
  if (!isWholeNumber(version)) return confluentError(42202, version)
  return versions.find(one => one.version === Number(version)) ?? confluentError(40402, version)
}
