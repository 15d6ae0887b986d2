import type { JsonObject } from '../../../contract/canonical-json.ts'
import type { RecordStatus } from '../../../contract/envelope.ts'
import type { Subject } from '../../../contract/subject.ts'

/** A record as a pull reads it, with everyone it is about. */
export type FoundRecord = {
  key: string
  sequence: number
  status: RecordStatus
  schemaVersion: number
  validFrom: string | null
  validUntil: string | null
  body: JsonObject
  about: Subject[]
}

/** At most this many records of one dataset about one subject are answered at once. */
export const mostRecords = 100

/** `after` is the key that the page before ended with; `limit` is at most `mostRecords`, which it is where absent. */
export type RecordsAsked = { subject: Subject; dataset: string; after?: string; limit?: number }
