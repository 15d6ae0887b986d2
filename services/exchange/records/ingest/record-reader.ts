/** A valid record's key, subjects and validity, by the pointers of the catalogue entry: rules only. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import type { Envelope } from '../../../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import { isDate } from '../../../contract/formats/calendar.ts'
import { parsePointer, valuesAt } from '../../../contract/json-pointer.ts'
import { faultInWriting, subjectFaults } from '../../../contract/read-subject.ts'
import { isSubject, type Subject, subjectKey } from '../../../contract/subject.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'
import type { RecordVersion } from '../registry/version.ts'

/** Everyone a record is about stands in the log entry of each pull that reads it, and an entry holds 65,535 bytes. */
export const mostSubjects = 500

/** `byTime`: the message said no sequence of its own. */
export type ReadEnvelope = Envelope & Pick<RecordVersion, 'byTime'>

/** `body` is the data as it is stored. */
export type ParsedRecord = { data: JsonObject; body: string }

/** Prepares what is the same for all records of the dataset. Failures: KEY_MISMATCH, RECORD_INVALID, RECORD_SUBJECTS_TOO_MANY. */
export function recordReader(dataset: Dataset, exceptions: CodeExceptions) {
  const tokensOf = (pointer: string | undefined) => (pointer ? parsePointer(pointer)! : undefined)
  const keyTokens = tokensOf(dataset.key)!
  const subjectsOf = subjectReader(dataset, exceptions)
  const from = tokensOf(dataset.validity?.from)
  const until = tokensOf(dataset.validity?.until)
  return (envelope: ReadEnvelope, { data, body }: ParsedRecord): RecordVersion | Failure => {
    if (valuesAt(data, keyTokens)[0] !== envelope.key) return failure('KEY_MISMATCH', { pointer: dataset.key })
    const subjects = subjectsOf(data)
    if (isFailure(subjects)) return subjects
    const [validFrom, validUntil] = [dateAt(data, from), dateAt(data, until)]
    if (isNoDay(validFrom)) return failure('RECORD_INVALID', noDay(dataset.validity!.from!))
    if (isNoDay(validUntil)) return failure('RECORD_INVALID', noDay(dataset.validity!.until!))
    return {
      dataset: dataset.id,
      key: envelope.key,
      sequence: envelope.sequence,
      status: envelope.status,
      schemaVersion: envelope.schemaVersion,
      validFrom,
      validUntil,
      eventId: envelope.id,
      system: envelope.system,
      eventTime: envelope.time,
      body,
      subjects,
      ...(envelope.byTime && { byTime: true }),
    }
  }
}

function subjectReader(dataset: Dataset, exceptions: CodeExceptions) {
  const pointers = dataset.subjects.map(({ type, id }) => ({ type, id, tokens: parsePointer(id)! }))
  return (data: JsonObject): Subject[] | Failure => {
    const subjects = new Map<string, Subject>()
    for (const { type, id: pointer, tokens } of pointers) {
      for (const value of valuesAt(data, tokens)) {
        if (value === null) continue
        const subject = { type, id: value }
        if (!isSubject(subject, exceptions)) return failure('RECORD_INVALID', { pointer, ...faultOf(value, type) })
        subjects.set(subjectKey(subject), subject)
        if (subjects.size > mostSubjects) return failure('RECORD_SUBJECTS_TOO_MANY', { pointer, ...tooManySubjects })
      }
    }
    if (subjects.size === 0)
      return failure('RECORD_INVALID', { pointer: pointers[0]!.id, detail: 'The record is about nobody.' })
    return [...subjects.values()]
  }
}

const faultOf = (value: Json, type: Subject['type']) => {
  const { en, zh } = typeof value === 'string' ? subjectFaults[faultInWriting(value, type)] : subjectFaults.characters
  return inWords(en, zh)
}

const isNoDay = (date: string | undefined) => date !== undefined && !isDate(date)
const noDay = (pointer: string) => ({ pointer, detail: 'There is no such day.' })

const tooManySubjects = inWords(
  `A record is about ${mostSubjects} subjects at most. Publish one record for each part, with keys of their own.`,
  `单条记录最多涉及 ${mostSubjects} 个主体，请拆分为多条记录，分别使用各自的主键发布。`,
)

const dateAt = (data: Json, tokens: string[] | undefined): string | undefined => {
  const value = tokens && valuesAt(data, tokens)[0]
  return typeof value === 'string' && /^\d{4}-\d{2}-\d{2}$/.test(value) ? value : undefined
}
