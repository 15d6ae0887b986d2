/**
 * A correction (更正请求): a subject says what is wrong in a record about them: in which version and in which field. The
 * source department, which alone can change a record, checks and answers; "corrected" names the version that mends it
 * (PIPL, Art 46; Order 809, Art 26).
 */

import Type, { type Static } from 'typebox'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import type { Subject } from '../../../contract/subject.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import type { Dataset } from '../../law/catalogue/dataset.ts'

const text = Type.String({ minLength: 2, maxLength: 2000 })
/** As in the answer to a pull, and as PostgreSQL keeps it. */
const version = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
const fieldWords = 'JSON Pointer of what is wrong; the empty one is the record as a whole'

export const correctionBody = Type.Object(
  {
    dataset: Type.String({ maxLength: 110 }),
    key: Type.String({
      minLength: 1,
      maxLength: 200,
      pattern: '^\\P{Cc}*$',
      description: 'Of the record, as `GET /v1/me/accesses` names it',
    }),
    version: version('The one that is wrong'),
    field: Type.String({ pattern: '^(/[^/]+)*$', maxLength: 300, description: fieldWords }),
    text: Type.String({ ...text, description: 'What is wrong, and what would be right' }),
  },
  closed,
)
export type CorrectionBody = Static<typeof correctionBody>

export const correctionReply = Type.Object(
  {
    outcome: Type.Enum(['corrected', 'declined']),
    mendedBy: Type.Optional(version('The version of the record that mends it; where it is corrected')),
    answer: Type.String({ ...text, description: 'For the subject' }),
  },
  closed,
)
export type CorrectionReply = Static<typeof correctionReply>

export const correctionAnswer = Type.Object(
  {
    id: Type.String(),
    dataset: Type.String(),
    key: Type.Optional(Type.String({ description: 'Absent, like version, where it was asked before they were named' })),
    version: Type.Optional(version('The one that is contested')),
    field: Type.Optional(Type.String({ description: fieldWords })),
    text: Type.String(),
    state: Type.Enum(['open', 'corrected', 'declined']),
    askedAt: Type.String({ format: 'date-time' }),
    mendedBy: Type.Optional(version('The one that mends it')),
    newestVersion: Type.Optional(version('That the hub holds; for the steward')),
    answer: Type.Optional(Type.String()),
    answeredAt: Type.Optional(Type.String({ format: 'date-time' })),
    subject: Type.Optional(subjectSchema),
  },
  closed,
)

export type Correction = {
  id: string
  subject: Subject
  dataset: string
  /** Absent, like its version, where it was asked before corrections named their record. */
  key?: string
  version?: number
  field?: string
  text: string
  state: 'open' | 'corrected' | 'declined'
  askedAt: Date
  mendedBy?: number
  newestVersion?: number
  answer?: string
  answeredAt?: Date
}

/** Whether there is a record is not looked up: the answer is the source's, and tells nobody else. */
export function checkCorrection({ field }: CorrectionBody, subject: Subject, dataset?: Dataset): Failure | undefined {
  if (!dataset)
    return failure('DATASET_UNKNOWN', {
      pointer: '/dataset',
      ...inWords('GET /v1/datasets lists them.', '可用的数据资源见 GET /v1/datasets。'),
    })
  if (!dataset.subjects.some(({ type }) => type === subject.type)) {
    return failure('SUBJECT_TYPE_MISMATCH', { pointer: '/dataset' })
  }
  if (field && !dataset.fields.some(({ pointer }) => pointer === field)) {
    return failure('FIELD_UNKNOWN', {
      pointer: '/field',
      ...inWords(`GET /v1/datasets/${dataset.id} lists the fields.`, `可用字段见 GET /v1/datasets/${dataset.id}。`),
    })
  }
  return undefined
}

/** As the subject sees it; the steward's copy names the subject too. */
export function answerOf({ subject, askedAt, answeredAt, newestVersion, ...plain }: Correction, forSteward: boolean) {
  return {
    ...plain,
    askedAt: askedAt.toISOString(),
    ...(answeredAt && { answeredAt: answeredAt.toISOString() }),
    ...(forSteward && { subject, ...(newestVersion !== undefined && { newestVersion }) }),
  }
}
