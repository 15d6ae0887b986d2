/** From a record and the event it is to the message on Kafka, or to the reasons why it cannot become one. */
import { hash } from 'node:crypto'
import type { JsonObject } from '../contract/canonical-json.ts'
import { strangeCharacterIn } from '../contract/damaged-text.ts'
import { isPlainText, largestRecord, type OutgoingMessage, writeEnvelope } from '../contract/envelope.ts'
import type { Violation } from '../contract/failure.ts'
import { violationOfPlace } from '../contract/json-flaws.ts'
import { valuesAt } from '../contract/json-pointer.ts'
import { unkeptAt } from '../contract/plain-json.ts'
import { isDeeperThan, mostLevels } from '../contract/record-depth.ts'
import { mostViolations } from '../json-schema/validation.ts'
import type { EventFacts } from './event.ts'
import type { HubSchema } from './hub-schemas.ts'
import type { Problem } from './report.ts'

export type Publication = { system: string; dataset: string; schema: HubSchema }

/** Everything that is wrong with a record that the schema refuses, or that could be made in part only. */
export function violationsOf({ schema }: Publication, record: JsonObject, problems: Problem[] = []): Problem[] {
  const isAbout = (place: string, problem: string) =>
    problem === place || problem.startsWith(`${place}/`) || place.startsWith(`${problem}/`)
  const found = schema.validate(record, mostViolations) ?? []
  return [...problems, ...found.filter(({ pointer }) => !problems.some(problem => isAbout(pointer, problem.pointer)))]
}

/** The record's key as text, where it has a usable one. */
export function keyOf({ schema }: Publication, record: JsonObject): string | undefined {
  const [value] = valuesAt(record, schema.key)
  const key = typeof value === 'number' && Number.isSafeInteger(value) ? String(value) : value
  return typeof key === 'string' && isPlainText(key, 200) ? key : undefined
}

/** `record` fits the schema, and was made of JSON. The id says all that the event says, the key being in the content: the
 * same event sent again has the same id. */
export function messageOf(
  publication: Publication,
  record: JsonObject,
  facts: EventFacts,
): OutgoingMessage | Problem[] {
  const { system, dataset, schema } = publication
  const key = keyOf(publication, record)
  if (key === undefined) return [{ pointer: schema.keyPointer, keyword: 'key', message: keyRule }]
  const strange = strangeCharacterIn(key)
  if (strange) return [{ pointer: schema.keyPointer, keyword: 'text', message: strange.en, zh: strange.zh }]
  if (isDeeperThan(record, mostLevels))
    return [{ pointer: '', keyword: 'depth', message: `has more than ${mostLevels} levels of objects and lists` }]
  const text = JSON.stringify(record)
  const unkept = text.includes(escapeMark) && unkeptAt(record, mostLevels)
  if (unkept) return [unkeptViolation(unkept)]
  const value = Buffer.from(text)
  if (value.length > largestRecord)
    return [{ pointer: '', keyword: 'size', message: `is larger than ${largestRecord} bytes` }]
  const { change, sequence, time } = facts
  const id = `${change}:${sequence}:${hash('sha256', value, 'base64url')}`
  return writeEnvelope(
    { id, system, dataset, key, change, time, sequence, schemaVersion: schema.version, data: record },
    value,
  )
}

/** JSON.stringify writes U+0000 and half a surrogate pair by it; of values that were JSON nothing else can be unkept. */
const escapeMark = '\\u'

/** `place` as unkeptAt tells it. */
export const unkeptViolation = (place: (string | number)[]): Violation => violationOfPlace(place, 'json', unkeptRule)

const unkeptRule = 'holds what no record can: NaN, Infinity, U+0000, or half a surrogate pair'
const keyRule = 'must be the record’s key: 1 to 200 printable characters, or a whole number'
