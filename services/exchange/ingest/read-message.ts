/**
 * From a Kafka message to a record version, or to the reason why it cannot be one. Pure, and blind to everything but the
 * message, the dataset's catalogue entry and its schemas; a message's own fault is always a value.
 */
import {
  type Envelope,
  type IncomingMessage,
  largestRecord,
  lastMoment,
  mostAhead,
  readEnvelope,
  readKey,
} from '../../contract/envelope.ts'
import { type Failure, failure, isFailure } from '../../contract/failure.ts'
import { readRecordBytes } from '../../contract/read-json.ts'
import { mostLevels } from '../../contract/record-depth.ts'
import { refusedRecord } from '../../contract/refused-json.ts'
import { isObject } from '../../contract/schema-keywords.ts'
import type { Validate } from '../../contract/validation.ts'
import { type Dataset, topicOf } from '../catalogue/dataset.ts'
import type { RecordVersion } from '../registry/version.ts'
import { type ParsedRecord, type ReadEnvelope, recordReader } from './record-reader.ts'

/** One registered schema version as ingest needs it. `refusedFrom` is when publishing with it ended, if it did. */
export type SchemaVersion = { validate: Validate; refusedFrom?: Date }

/** The schemas a batch may need, resolved before it is read: by version, and by the registry's global id. */
export type BatchSchemas = {
  byVersion: ReadonlyMap<number, SchemaVersion>
  versionOfId: ReadonlyMap<number, { dataset: string; version: number }>
}

export type ReadMessage = (message: IncomingMessage, schemas: BatchSchemas) => RecordVersion | Failure

/** What reading needs to know of the world: the hub's time, and which systems are registered. */
export type Known = { now: () => Date; isRegistered: (system: string) => boolean }

/** Prepares everything that is the same for all messages of a dataset. */
export function messageReader(dataset: Dataset, known: Known): ReadMessage {
  const topic = topicOf(dataset.id)
  const recordOf = recordReader(dataset)
  return (message, schemas) => {
    if (!message.value || message.value.length === 0) return failure('RECORD_EMPTY', { detail: emptyDetail })
    if (message.value.length > largestRecord)
      return failure('RECORD_TOO_LARGE', { detail: `At most ${largestRecord} bytes.` })
    const framed = message.value[0] === 0
    const envelope: ReadEnvelope | Failure = framed
      ? readFramed(message, dataset.id, topic, schemas)
      : readEnvelope(message, topic)
    if (isFailure(envelope)) return envelope
    const refusal = strangerOrAhead(envelope, message, known)
    if (refusal) return refusal
    const schema = schemas.byVersion.get(envelope.schemaVersion)
    if (!schema)
      return failure('SCHEMA_UNKNOWN', { pointer: 'header:ce_dataschema', detail: unknownDetail(dataset.id) })
    if (schema.refusedFrom && message.timestamp >= schema.refusedFrom.getTime()) return failure('SCHEMA_RETIRED')
    const record = parseRecord(framed ? message.value.subarray(5) : message.value)
    if (isFailure(record)) return record
    const violations = schema.validate(record.data)
    if (violations) return failure('RECORD_INVALID', { pointer: violations[0]!.pointer, violations })
    return recordOf(envelope, record)
  }
}

/** Who sent it must be a registered system of the department, and when it happened must be past. */
function strangerOrAhead({ system, time }: Envelope, { headers }: IncomingMessage, known: Known): Failure | undefined {
  const hasEnvelope = headers.ce_specversion !== undefined
  if (hasEnvelope && !known.isRegistered(system))
    return failure('SOURCE_MISMATCH', { pointer: 'header:ce_source', detail: `No system ${system} is registered.` })
  if (Date.parse(time) <= known.now().getTime() + mostAhead) return undefined
  return failure('ENVELOPE_INVALID', { pointer: hasEnvelope ? 'header:ce_time' : 'timestamp', detail: aheadDetail })
}

const aheadDetail = 'It lies more than a day ahead of the hub’s clock. Is its unit milliseconds?'
const emptyDetail = 'To end a record publish datarun.record.cancelled with its last content.'
const tooDeepDetail = `At most ${mostLevels} levels of objects and lists in one another.`
const timeDetail = 'Without ce_ headers the message’s own timestamp counts: from 1970 to 9999, in milliseconds.'
const unknownDetail = (dataset: string) => `Register it first: POST /v1/datasets/${dataset}/schemas.`

/** Ids are the registry's own, from 1 on, and fit an integer of PostgreSQL as they fit the int of Confluent's clients. */
const largestSchemaId = 2 ** 31 - 1

/** The global id of Confluent framing (magic byte 0, 4 bytes id, JSON), or undefined where the value has none. */
export function framedSchemaId({ value }: IncomingMessage): number | undefined {
  const id = value && value.length > 5 && value[0] === 0 ? value.readUInt32BE(1) : 0
  return id > 0 && id <= largestSchemaId ? id : undefined
}

/**
 * A message of any Kafka client with a JSON Schema serializer. Headers are optional; without them the message's own
 * timestamp (milliseconds) is the sequence and the partition position makes the id.
 */
function readFramed(
  message: IncomingMessage,
  dataset: string,
  topic: string,
  schemas: BatchSchemas,
): ReadEnvelope | Failure {
  const id = framedSchemaId(message)
  const named = id === undefined ? undefined : schemas.versionOfId.get(id)
  if (named?.dataset !== dataset) return failure('SCHEMA_UNKNOWN', { pointer: 'value', detail: unknownDetail(dataset) })
  const dataschema = `urn:datarun:${dataset}:v${named.version}`
  if (message.headers.ce_specversion !== undefined) {
    return readEnvelope({ ...message, headers: { ...message.headers, ce_dataschema: dataschema } }, topic)
  }
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
    schemaVersion: named.version,
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
