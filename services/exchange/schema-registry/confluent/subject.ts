/** Subjects are named for topics: the schema of the values of `datarun.<dataset>` is `datarun.<dataset>-value`. */
import { isFailure } from '../../../contract/failure.ts'
import { type Dataset, topicOf } from '../../catalogue/dataset.ts'
import { ownDataset } from '../../catalogue/own-dataset.ts'
import type { Hub } from '../../hub.ts'
import type { Caller } from '../../identity/caller.ts'
import { listVersions } from '../schema-store.ts'
import type { RegisteredSchema } from '../schema-version.ts'
import { readStanding, type Standing } from '../standing-store.ts'
import { type ConfluentError, confluentError } from './error.ts'

export const subjectOf = (dataset: string) => `${topicOf(dataset)}-value`

/** The dataset a subject speaks of; undefined where the name follows no topic of ours. */
export function datasetOf(hub: Hub, subject: string): Dataset | undefined {
  const [prefix, suffix] = [topicOf(''), '-value']
  const isOurs = subject.startsWith(prefix) && subject.endsWith(suffix)
  return isOurs ? hub.catalogue.dataset(subject.slice(prefix.length, -suffix.length)) : undefined
}

/** A dataset that the caller may write to. Another's subject looks exactly like a missing one. */
export function ownSubject(hub: Hub, caller: Caller, subject: string): Dataset | ConfluentError {
  const dataset = datasetOf(hub, subject)
  const own = dataset && ownDataset(hub.catalogue, caller, dataset.id)
  return own && !isFailure(own) ? own : confluentError(40401, subject)
}

/** The versions of a subject, oldest first; 40401 where it has none to show. */
export async function versionsOf(
  hub: Hub,
  subject: string,
  withDeleted = false,
): Promise<RegisteredSchema[] | ConfluentError> {
  const dataset = datasetOf(hub, subject)
  const versions = dataset ? await listVersions(hub.pool, dataset.id) : []
  const shown = versions.filter(({ deletedAt }) => withDeleted || !deletedAt)
  return shown.length > 0 ? shown : confluentError(40401, subject)
}

/** The same without their schemas, and the dataset they are of. */
export async function standingOf(
  hub: Hub,
  subject: string,
): Promise<{ dataset: Dataset; versions: Standing[] } | ConfluentError> {
  const dataset = datasetOf(hub, subject)
  const versions = dataset ? await readStanding(hub.pool, dataset.id) : []
  return dataset && versions.length > 0 ? { dataset, versions } : confluentError(40401, subject)
}

/** `latest`, `-1`, or a number. */
export function pickVersion<V extends Standing>(versions: V[], version: string): V | ConfluentError {
  if (version === 'latest' || version === '-1') return versions.at(-1)!
  if (!/^[1-9]\d{0,8}$/.test(version)) return confluentError(42202, version)
  return versions.find(one => one.version === Number(version)) ?? confluentError(40402, version)
}
