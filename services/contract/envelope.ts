/**
 * A record on its way through Kafka: the CloudEvents 1.0 Kafka binding in binary mode. The event's context stands in
 * headers, the record as JSON in the value, and the record's key (never a personal id) is the message key.
 */

import type { JsonObject } from './canonical-json.ts'
import { dayLength } from './city-time.ts'
import { type Failure, failure, isFailure } from './failure.ts'
import { isDate } from './formats/calendar.ts'

export const recordStatuses = ['valid', 'suspended', 'revoked', 'cancelled', 'lapsed', 'transferred'] as const
export type RecordStatus = (typeof recordStatuses)[number]

/** The change of a record → the status it has from then on. */
const statusAfter = {
  issued: 'valid',
  changed: 'valid',
  resumed: 'valid',
  suspended: 'suspended',
  revoked: 'revoked',
  cancelled: 'cancelled',
  lapsed: 'lapsed',
  transferred: 'transferred',
} as const satisfies Record<string, RecordStatus>
export type RecordChange = keyof typeof statusAfter
export const recordChanges = Object.keys(statusAfter) as RecordChange[]

export type RecordEvent = {
  /** Unique per event; the same event sent twice has the same id. At most 100 characters. */
  id: string
  /** `civil-affairs/marriage-registry` */
  system: string
  /** `civil-affairs.marriage-certificate` */
  dataset: string
  /** The record's key as text, 1 to 200 printable characters. */
  key: string
  change: RecordChange
  /** When it happened at the source, RFC 3339. */
  time: string
  schemaVersion: number
  /** The source's own version of this record; only ever grows. A safe, not negative integer. */
  sequence: number
  data: JsonObject
}

/** The event without its data: what the headers and the key say. */
export type Envelope = Omit<RecordEvent, 'data'> & { status: RecordStatus }

/** Bytes of a record's JSON at most: what Kafka's default limit of a message leaves room for. */
export const largestRecord = 1_000_000

/** Sequences that are made of dates count milliseconds from here: registers hold changes from long before 1970. */
export const startOfDateSequences = Date.UTC(1900, 0, 1)

export type OutgoingMessage = { key: string; value: string | Buffer; headers: Record<string, string> }

/** Bytes where they are not UTF-8. */
export type HeaderValue = string | Buffer | null
/** A name that comes several times has all its values, in order. */
export type MessageHeaders = Record<string, HeaderValue | HeaderValue[] | undefined>
export type IncomingMessage = {
  offset: number
  timestamp: number
  key: Buffer | null
  value: Buffer | null
  headers: MessageHeaders
}

const typePrefix = 'datarun.record.'

/** How a schema version is named in `ce_dataschema`. */
export const schemaUrn = (dataset: string, version: number | string) => `urn:datarun:${dataset}:v${version}`

export function writeEnvelope(
  event: RecordEvent,
  value: string | Buffer = JSON.stringify(event.data),
): OutgoingMessage {
  const [department, system] = event.system.split('/')
  return {
    key: event.key,
    value,
    headers: {
      ce_specversion: '1.0',
      ce_id: event.id,
      ce_source: `/departments/${department}/systems/${system}`,
      ce_type: typePrefix + event.change,
      ce_subject: event.key,
      ce_time: event.time,
      ce_dataschema: schemaUrn(event.dataset, event.schemaVersion),
      ce_sequence: String(event.sequence),
      'content-type': 'application/json',
    },
  }
}

const envelopeHeaders = [
  ...['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_partitionkey', 'ce_time'],
  ...['ce_dataschema', 'ce_sequence'],
]

/** Whether the message says of itself that it is an event, be it in another binding's spelling: its headers then count. */
export const isEvent = ({ headers }: IncomingMessage): boolean =>
  headers.ce_specversion !== undefined || Object.keys(headers).some(name => /^ce[_-]/i.test(name))

/**
 * Reads headers and key of a message on `topic` (`datarun.<dataset>`); `schemaVersion` is what the message names, wherever it
 * names it. Failures: ENVELOPE_INVALID, SOURCE_MISMATCH, KEY_MISMATCH.
 */
export function readEnvelope(
  message: IncomingMessage,
  topic: string,
  schemaVersion: number | undefined,
): Envelope | Failure {
  const dataset = topic.slice('datarun.'.length)
  const header = (name: string) => message.headers[name]?.toString() ?? ''
  const repeated = envelopeHeaders.find(name => Array.isArray(message.headers[name]))
  if (repeated) return badHeader(repeated, 'must come once')
  const id = header('ce_id')
  if (header('ce_specversion') !== '1.0') return badHeader('ce_specversion', specversionRule)
  if (!isPlainText(id, 100)) return badHeader('ce_id', 'must be 1 to 100 printable characters')
  const system = readSource(header('ce_source'))
  if (!system) return badHeader('ce_source', 'must be /departments/<department>/systems/<system>')
  const change = readChange(header('ce_type'))
  if (!change) return badHeader('ce_type', `must be ${typePrefix} and one of ${recordChanges.join(', ')}`)
  const time = header('ce_time')
  if (!isInstant(time)) return badHeader('ce_time', 'must be an RFC 3339 date and time with its offset')
  if (schemaVersion === undefined) return badHeader('ce_dataschema', `must be ${schemaUrn(dataset, '<version>')}`)
  const sequence = readWhole(header('ce_sequence'))
  if (sequence === undefined) return badHeader('ce_sequence', 'must be a whole number below 2^53')
  const key = readKey(message)
  if (isFailure(key)) return key
  if (header('ce_subject') !== key) return otherKey('ce_subject')
  if (message.headers.ce_partitionkey !== undefined && header('ce_partitionkey') !== key)
    return otherKey('ce_partitionkey')
  const [department, owner] = [system.split('/')[0]!, dataset.split('.')[0]!]
  if (department !== owner) {
    const detail = `Header ce_source names ${department}; the topic belongs to ${owner}.`
    return failure('SOURCE_MISMATCH', { pointer: 'header:ce_source', detail })
  }
  return { id, system, dataset, key, change, status: statusAfter[change], time, schemaVersion, sequence }
}

const specversionRule = 'must be 1.0, and stand beside the other ce_ headers: in lower case, with an underscore'
const otherKey = (name: string) =>
  failure('KEY_MISMATCH', { pointer: `header:${name}`, detail: `Header ${name} and the message key differ.` })

/** The message key as text: what identifies the record within its dataset. */
export function readKey(message: IncomingMessage): string | Failure {
  const key = message.key?.toString('utf8') ?? ''
  return isPlainText(key, 200) ? key : failure('ENVELOPE_INVALID', { pointer: 'key', detail: keyRule })
}

const keyRule = 'The message key must be 1 to 200 printable characters: plain text, without the frame of a serializer.'

export const badHeader = (name: string, rule: string) =>
  failure('ENVELOPE_INVALID', { pointer: `header:${name}`, detail: `Header ${name} ${rule}.` })

/** No control characters (PostgreSQL's text refuses NUL), no lone surrogates, neither empty nor too long. */
export const isPlainText = (text: string, longest: number) =>
  text.length > 0 && text.length <= longest && !/\p{Cc}/u.test(text) && text.isWellFormed()

/** The system that a `ce_source` names, `civil-affairs/marriage-registry`; null for anything else. */
export const readSource = (text: string) => {
  const found = /^\/departments\/([a-z][a-z0-9-]{1,40})\/systems\/([a-z][a-z0-9-]{1,40})$/.exec(text)
  return found && `${found[1]}/${found[2]}`
}

const readChange = (text: string): RecordChange | undefined => {
  const change = text.startsWith(typePrefix) ? text.slice(typePrefix.length) : ''
  return Object.hasOwn(statusAfter, change) ? (change as RecordChange) : undefined
}

const instant = /^\d{4}-\d\d-\d\dT([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,9})?(Z|[+-](0\d|1[0-5]):[0-5]\d)$/

/** The years 1 to 9999 in UTC: what lies beyond, PostgreSQL gives back in another form than four digits. */
const firstMoment = Date.parse('0001-01-01T00:00:00Z')
export const lastMoment = Date.parse('9999-12-31T23:59:59.999Z')

/** How far a source’s clock may be ahead of the hub’s, in milliseconds: what happened tomorrow has not happened. */
export const mostAhead = dayLength

/** RFC 3339 as PostgreSQL reads it: the day exists, there is no year 0, an offset is at most 15:59. */
export function isInstant(text: string): boolean {
  if (!instant.test(text) || !isDate(text.slice(0, 10))) return false
  const moment = Date.parse(text)
  return moment >= firstMoment && moment <= lastMoment
}

/** A sequence or version as it is written; undefined for anything but a whole number below 2^53. */
export const readWhole = (text: string) =>
  /^\d{1,16}$/.test(text) && Number.isSafeInteger(Number(text)) ? Number(text) : undefined
