/** Which version of a record counts: rules only. Newest wins by sequence, whatever the order of delivery (promise 2). */
import type { RecordStatus } from '../../../contract/envelope.ts'
import type { Subject } from '../../../contract/subject.ts'
import { type SequenceFault, sequenceRule } from './sequence.ts'

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
  /** The sequence is the message's own time: of several in one millisecond each has the next one, in the order of the partition. */
  byTime?: true
}

/** A version as it stands in the registry, as far as the rules need it. */
export type StandingRecord = {
  key: string
  sequence: number
  eventId: string
  /** Its sequence was reset: the next version that arrives is newer, whatever its own. */
  yields?: boolean
}

export type Placement<V> = {
  /** Become the registry's newest, one per key. */
  newest: V[]
  /** Keys whose standing newest moves to the history. */
  superseded: string[]
  /** Go straight to the history: older than what stands, or overtaken within the batch. */
  older: V[]
  /** The same event again: nothing to do. */
  duplicates: V[]
  /** The sequence was used for another event: rejected. */
  reused: V[]
  /** Its sequence is of another unit than the standing one: rejected. */
  faulty: Map<V, SequenceFault>
}

type Placeable = Pick<RecordVersion, 'key' | 'sequence' | 'eventId' | 'byTime'>

/**
 * Sorts a batch of versions of one dataset into what is to be done with each. `standing` holds the newest of each key,
 * `past` those versions of the history that share a key and sequence with one of the batch.
 */
export function placeVersions<V extends Placeable>(
  batch: V[],
  standing: StandingRecord[],
  past: StandingRecord[],
  now: Date,
): Placement<V> {
  const placement: Placement<V> = {
    ...{ newest: [], superseded: [], older: [], duplicates: [], reused: [] },
    faulty: new Map(),
  }
  const faultOf = sequenceRule(now)
  const seen = new Map<string, string>()
  for (const { key, sequence, eventId } of [...standing, ...past]) seen.set(versionKey(key, sequence), eventId)
  const newest = new Map<string, V>()
  const standingSequence = new Map(standing.map(({ key, sequence, yields }) => [key, yields ? undefined : sequence]))
  for (const arrived of batch) {
    const version = arrived.byTime ? afterThoseOfItsTime(arrived, seen) : arrived
    const known = seen.get(versionKey(version.key, version.sequence))
    if (known !== undefined) {
      placement[known === version.eventId ? 'duplicates' : 'reused'].push(arrived)
      continue
    }
    const rival = newest.get(version.key)
    const best = Math.max(standingSequence.get(version.key) ?? -1, rival?.sequence ?? -1)
    const fault = faultOf(version.sequence, best < 0 ? undefined : best)
    if (fault) {
      placement.faulty.set(arrived, fault)
      continue
    }
    seen.set(versionKey(version.key, version.sequence), version.eventId)
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

/** How many versions of a record may have one millisecond. */
export const mostOfOneTime = 1_000

/** With the first sequence from its own time on that no other event has. */
function afterThoseOfItsTime<V extends Placeable>(version: V, seen: ReadonlyMap<string, string>): V {
  for (let sequence = version.sequence; sequence < version.sequence + mostOfOneTime; sequence++) {
    const known = seen.get(versionKey(version.key, sequence))
    if (known === undefined || known === version.eventId) return { ...version, sequence }
  }
  return version
}

const versionKey = (key: string, sequence: number) => `${sequence}:${key}`
