/** Which version of a record counts: rules only. Newest wins by sequence, whatever the order of delivery (promise 2). */
import type { RecordStatus } from '../../contract/envelope.ts'
import type { Subject } from '../../contract/subject.ts'

/** One validated version of a record, as ingest hands it to the registry. */
export type RecordVersion = {
  dataset: string
  key: string
  sequence: number
  status: RecordStatus
  schemaVersion: number
  validFrom: string | undefined
  validUntil: string | undefined
  eventId: string
  system: string
  eventTime: string
  body: string
  subjects: Subject[]
}

/** What stands in the registry of a version, as far as the rules need it. */
export type Standing = { key: string; sequence: number; eventId: string }

export type Placement<V> = {
  /** Become the registry's newest, one per key. */
  newest: V[]
  /** Keys whose standing newest moves to the history. */
  superseded: string[]
  /** Go straight to the history: older than what stands, or overtaken within the batch. */
  older: V[]
  /** The same event again: nothing to do. */
  duplicates: V[]
  /** The sequence was used for another event: set aside. */
  reused: V[]
}

type Placeable = Pick<RecordVersion, 'key' | 'sequence' | 'eventId'>

/**
 * Sorts a batch of versions of one dataset into what is to be done with each. `standing` holds the newest of each key,
 * `past` those versions of the history that share a key and sequence with one of the batch.
 */
export function placeVersions<V extends Placeable>(batch: V[], standing: Standing[], past: Standing[]): Placement<V> {
  const placement: Placement<V> = { newest: [], superseded: [], older: [], duplicates: [], reused: [] }
  const seen = new Map<string, string>()
  for (const { key, sequence, eventId } of [...standing, ...past]) seen.set(versionKey(key, sequence), eventId)
  const newest = new Map<string, V>()
  const standingSequence = new Map(standing.map(({ key, sequence }) => [key, sequence]))
  for (const version of batch) {
    const known = seen.get(versionKey(version.key, version.sequence))
    if (known !== undefined) {
      placement[known === version.eventId ? 'duplicates' : 'reused'].push(version)
      continue
    }
    seen.set(versionKey(version.key, version.sequence), version.eventId)
    const rival = newest.get(version.key)
    const best = Math.max(standingSequence.get(version.key) ?? -1, rival?.sequence ?? -1)
    if (version.sequence < best) placement.older.push(version)
    else {
      if (rival) placement.older.push(rival)
      newest.set(version.key, version)
    }
  }
  placement.newest = [...newest.values()]
  placement.superseded = placement.newest.map(version => version.key).filter(key => standingSequence.has(key))
  return placement
}

const versionKey = (key: string, sequence: number) => `${sequence}:${key}`
