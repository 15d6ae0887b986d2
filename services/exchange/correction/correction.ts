/**
 * A correction (更正请求): a subject says what is wrong in the records about them; the source department, which alone can
 * change a record, checks and answers (PIPL, Art 46; Order 809 has the source answer for its data).
 */
import Type, { type Static } from 'typebox'
import { type Failure, failure, inWords } from '../../contract/failure.ts'
import type { Subject } from '../../contract/subject.ts'
import type { Dataset } from '../catalogue/dataset.ts'

const closed = { additionalProperties: false }
const text = Type.String({ minLength: 2, maxLength: 2000 })

export const correctionBody = Type.Object(
  {
    dataset: Type.String({ maxLength: 110 }),
    field: Type.Optional(Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300, description: 'Which is wrong' })),
    text: Type.String({ ...text, description: 'What is wrong, and what would be right' }),
  },
  closed,
)
export type CorrectionBody = Static<typeof correctionBody>

export const correctionReply = Type.Object(
  { outcome: Type.Enum(['corrected', 'declined']), answer: Type.String({ ...text, description: 'For the subject' }) },
  closed,
)
export type CorrectionReply = Static<typeof correctionReply>

export const correctionAnswer = Type.Object(
  {
    id: Type.String(),
    dataset: Type.String(),
    field: Type.Optional(Type.String()),
    text: Type.String(),
    state: Type.Enum(['open', 'corrected', 'declined']),
    askedAt: Type.String({ format: 'date-time' }),
    answer: Type.Optional(Type.String()),
    answeredAt: Type.Optional(Type.String({ format: 'date-time' })),
    subject: Type.Optional(Type.Object({ type: Type.Enum(['person', 'organisation']), id: Type.String() }, closed)),
  },
  closed,
)

export type Correction = {
  id: string
  subject: Subject
  dataset: string
  field?: string
  text: string
  state: 'open' | 'corrected' | 'declined'
  askedAt: Date
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
export function answerOf({ subject, askedAt, answeredAt, ...plain }: Correction, forSteward: boolean) {
  return {
    ...plain,
    askedAt: askedAt.toISOString(),
    ...(answeredAt && { answeredAt: answeredAt.toISOString() }),
    ...(forSteward && { subject }),
  }
}
