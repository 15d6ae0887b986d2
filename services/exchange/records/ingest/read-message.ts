/**
 * From a Kafka message to a record version, or to the reason why it cannot be one. Pure, and blind to everything but the
 * message, the dataset's catalogue entry and its schemas; a message's own fault is always a value.
 */

import { isObject } from '../../../contract/canonical-json.ts'
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import {
  type IncomingMessage,
  isEvent,
  largestRecord,
  lastMoment,
  mostAhead,
  readEnvelope,
  readKey,
} from '../../../contract/envelope.ts'
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import { readRecordBytes } from '../../../contract/read-json.ts'
import { mostLevels } from '../../../contract/record-depth.ts'
import { refusedRecord } from '../../../contract/refused-json.ts'
import { topicOf } from '../../../contract/topic.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { RecordVersion } from '../registry/version.ts'
import type { NamedVersion, SchemaVersion } from '../schemas/schemas.ts'
import { type ParsedRecord, type ReadEnvelope, recordReader } from './record-reader.ts'
import { readFrame, type SchemaName, versionNamed } from './schema-claims.ts'

/** The schemas a batch may need, resolved before it is read: by version, and by what serializers name them. */
export type BatchSchemas = {
  byVersion: ReadonlyMap<number, SchemaVersion>
  named: ReadonlyMap<SchemaName, NamedVersion>
}

export type ReadMessage = (message: IncomingMessage, schemas: BatchSchemas) => RecordVersion | Failure

/** Surroundings that reading needs: the hub's time, how a system stands as a publisher, and the lawful exceptions among codes. */
export type Known = { now: () => Date; publisher: (system: string) => PublisherStanding; exceptions: CodeExceptions }
export type PublisherStanding = 'may' | 'unknown' | 'inactive' | 'without-right'

/** Prepares everything that is the same for all messages of a dataset. */
export function messageReader(dataset: Dataset, known: Known): ReadMessage {
  const topic = topicOf(dataset.id)
  const recordOf = recordReader(dataset, known.exceptions)
  return (message, schemas) => {
    if (!message.value || message.value.length === 0) return failure('RECORD_EMPTY', { detail: emptyDetail })
    if (message.value.length > largestRecord)
      return failure('RECORD_TOO_LARGE', { detail: `At most ${largestRecord} bytes.` })
    const frame = readFrame(message)
    if (isFailure(frame)) return frame
    const version = versionNamed(message, frame, dataset.id, name => schemas.named.get(name))
    if (isFailure(version)) return version
    const isBare = version === undefined || frame.names.length === 0 || isEvent(message)
    const envelope: ReadEnvelope | Failure = isBare
      ? readEnvelope(message, topic, version)
      : withoutEnvelope(message, dataset.id, version)
    if (isFailure(envelope)) return envelope
    const refusal = strangerOrAhead(envelope, known)
    if (refusal) return refusal
    const schema = schemas.byVersion.get(envelope.schemaVersion)
    const place = frame.names[0]?.place ?? 'header:ce_dataschema'
    if (!schema) return failure('SCHEMA_UNKNOWN', { pointer: place, detail: unknownDetail(dataset.id) })
    if (schema.refusedFrom && message.timestamp >= schema.refusedFrom.getTime()) return failure('SCHEMA_RETIRED')
    const record = parseRecord(frame.content)
    if (isFailure(record)) return record
    const violations = schema.validate(record.data)
    if (violations) return failure('RECORD_INVALID', { pointer: violations[0]!.pointer, violations })
    return recordOf(envelope, record)
  }
}

/** Who sent it must be a system that may publish, and when it happened must be past. */
function strangerOrAhead({ system, time, byTime }: ReadEnvelope, known: Known): Failure | undefined {
  const standing = byTime ? 'may' : known.publisher(system)
  if (standing !== 'may')
    return failure('SOURCE_MISMATCH', { pointer: 'header:ce_source', detail: notPublishing[standing](system) })
  if (Date.parse(time) <= known.now().getTime() + mostAhead) return undefined
  return failure('ENVELOPE_INVALID', { pointer: byTime ? 'timestamp' : 'header:ce_time', detail: aheadDetail })
}

const notPublishing = {
  unknown: (system: string) => `No system ${system} is registered.`,
  inactive: (system: string) => `System ${system} is registered, but not active.`,
  'without-right': (system: string) => `System ${system} has no right to publish; the operator gives it.`,
}
const aheadDetail = 'It lies more than a day ahead of the hub’s clock. Is its unit milliseconds?'
const emptyDetail = 'To end a record publish datarun.record.cancelled with its last content.'
const tooDeepDetail = `At most ${mostLevels} levels of objects and lists in one another.`
const timeDetail = 'Without ce_ headers the message’s own timestamp counts: from 1970 to 9999, in milliseconds.'
const unknownDetail = (dataset: string) => `Register it first: POST /v1/datasets/${dataset}/schemas.`

/**
 * A message of any Kafka client with a JSON Schema serializer. Headers are optional; without them the message's own
 * timestamp (milliseconds) is the sequence and the partition position makes the id.
 */
function withoutEnvelope(message: IncomingMessage, dataset: string, schemaVersion: number): ReadEnvelope | Failure {
  const key = readKey(message)
  if (isFailure(key)) return key
  if (!(message.timestamp >= 0 && message.timestamp <= lastMoment))
    return failure('ENVELOPE_INVALID', { pointer: 'timestamp', detail: timeDetail })
  const time = new Date(message.timestamp)
  return {
    id: `kafka:${message.timestamp}:${message.offset}`,
    system: `${dataset.split('.')[0]}/kafka-client`,
    dataset,
    key,
    change: 'changed',
    status: 'valid',
    time: time.toISOString(),
    schemaVersion,
    sequence: message.timestamp,
    byTime: true,
  }
}

function parseRecord(bytes: Buffer): ParsedRecord | Failure {
  const read = readRecordBytes(bytes)
  if (read.flaws) return refusedRecord(read.flaws)
  const { value: data, written: body } = read
  if (!isObject(data)) return failure('RECORD_NOT_JSON', { detail: 'A record is one JSON object.' })
  return body === undefined ? failure('RECORD_TOO_DEEP', { detail: tooDeepDetail }) : { data, body }
}
