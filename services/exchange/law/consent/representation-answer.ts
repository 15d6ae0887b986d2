/** Representations as they are sent and answered. */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { personSchema, subjectSchema } from '../../../contract/subject-schema.ts'
import { type Representation, representationKinds } from './representation.ts'

const instant = Type.String({ format: 'date-time' })

export const representationBody = Type.Object(
  {
    kind: Type.Enum([...representationKinds]),
    subject: subjectSchema,
    representative: personSchema,
    validFrom: Type.Optional(instant),
    validUntil: Type.Optional(Type.String({ ...instant, description: 'A power of attorney must have an end' })),
    evidence: Type.String({
      minLength: 2,
      maxLength: 200,
      description: 'Reference of the paper that was looked at, with its number; no personal data',
    }),
  },
  closed,
)
export type RepresentationBody = Static<typeof representationBody>

export const representationAnswer = Type.Object(
  {
    id: Type.String(),
    kind: Type.Enum([...representationKinds]),
    subject: subjectSchema,
    representative: subjectSchema,
    validFrom: Type.String(),
    validUntil: Type.Optional(Type.String()),
    evidence: Type.String(),
    department: Type.String(),
    endedAt: Type.Optional(Type.String()),
  },
  { ...closed, $id: 'Representation', title: 'Representation' },
)
export type RepresentationAnswer = Static<typeof representationAnswer>

export function answerOf(known: Representation): RepresentationAnswer {
  const { validFrom, validUntil, endedAt, ...plain } = known
  return {
    ...plain,
    validFrom: validFrom.toISOString(),
    ...(validUntil && { validUntil: validUntil.toISOString() }),
    ...(endedAt && { endedAt: endedAt.toISOString() }),
  }
}
