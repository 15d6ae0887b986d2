/** A consent at the door: what is sent to give one or to ask for one. */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import { evidenceSchema } from './evidence.ts'
import { periodUnits } from './frequency.ts'

const day = Type.String({ format: 'date' })

export const scopeSchema = Type.Array(
  Type.Object(
    {
      dataset: Type.String({ maxLength: 110 }),
      fields: Type.Array(Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300 }), { minItems: 1, maxItems: 300 }),
    },
    closed,
  ),
  { minItems: 1, maxItems: 30 },
)
export const usesSchema = Type.Integer({ minimum: 1, maximum: 100_000, description: 'How often at most; 1 is once' })
export const frequencySchema = Type.Object(
  { uses: Type.Integer({ minimum: 1, maximum: 100_000 }), per: Type.Enum([...periodUnits]) },
  closed,
)
export const dataRangeSchema = Type.Object(
  { from: Type.Optional(day), until: Type.Optional(day) },
  { ...closed, description: 'Only records valid within it' },
)
export const dataLifeSchema = Type.String({
  pattern: '^P[1-9]\\d{0,3}[DMY]$',
  description: 'ISO 8601 duration after which the receiver disposes of the data',
})
export const consentBody = Type.Object(
  {
    subject: subjectSchema,
    department: Type.Optional(
      Type.String({ maxLength: 41, description: 'Who may use the data; the own department where absent' }),
    ),
    purpose: Type.String({
      pattern: '^[a-z][a-z0-9-]{1,60}$',
      description: 'Code of a purpose that a matter declares',
    }),
    datasets: scopeSchema,
    validFrom: Type.Optional(Type.String({ format: 'date-time', description: 'Now where absent' })),
    validUntil: Type.String({ format: 'date-time' }),
    uses: Type.Optional(usesSchema),
    frequency: Type.Optional(frequencySchema),
    dataRange: Type.Optional(dataRangeSchema),
    dataLife: Type.Optional(dataLifeSchema),
    language: Type.Optional(Type.Enum(['zh', 'en'], { description: 'Of the notice; zh where absent' })),
    notice: Type.Optional(
      Type.String({
        minLength: 10,
        maxLength: 4000,
        description: 'What the subject is shown; the hub writes it where absent',
      }),
    ),
    evidence: Type.Optional(evidenceSchema),
    representation: Type.Optional(
      Type.String({ maxLength: 40, description: 'Who acts for the subject, from POST /v1/representations' }),
    ),
  },
  closed,
)
export type ConsentBody = Static<typeof consentBody>

/** Inputs of a step on a consent: proof from the counter, and with `approve` less than was asked. */
export const consentStepBody = Type.Object(
  { evidence: Type.Optional(evidenceSchema), representation: Type.Optional(Type.String({ maxLength: 40 })) },
  closed,
)
export const consentApprovalBody = Type.Object(
  {
    ...consentStepBody.properties,
    datasets: Type.Optional(scopeSchema),
    validUntil: Type.Optional(Type.String({ format: 'date-time' })),
    uses: Type.Optional(usesSchema),
  },
  closed,
)
export type ConsentApproval = Static<typeof consentApprovalBody>
