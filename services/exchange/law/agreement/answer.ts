/** An agreement as it is answered: plain JSON, with its standing and its clock at this moment. */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { clockSchema } from '../clock/clock.ts'
import { type Agreement, standingOf, termsSchema } from './agreement.ts'
import { clockOf } from './agreement-clock.ts'
import { agreementStates } from './state.ts'

const stepSchema = Type.Object(
  {
    step: Type.String(),
    at: Type.String(),
    by: Type.String(),
    department: Type.Optional(Type.String()),
    reason: Type.Optional(Type.String()),
    missing: Type.Optional(Type.Array(Type.String())),
    workdays: Type.Optional(Type.Integer({ description: 'Working days for the reply' })),
  },
  closed,
)

const { demands: _, ...terms } = termsSchema.properties

export const agreementAnswer = Type.Object(
  {
    id: Type.String(),
    dataset: Type.String(),
    source: Type.String({ description: 'Department that is the source of the dataset' }),
    department: Type.String({ description: 'Department that asks' }),
    purpose: Type.String(),
    state: Type.Enum([...agreementStates]),
    validFrom: Type.String(),
    validUntil: Type.String(),
    ...terms,
    demands: Type.Object({ case: Type.Boolean(), official: Type.Boolean() }, closed),
    history: Type.Array(stepSchema),
    clock: Type.Optional(clockSchema),
  },
  { ...closed, $id: 'Agreement', title: 'Agreement' },
)
export type AgreementAnswer = Static<typeof agreementAnswer>

export function answerOf(agreement: Agreement, now: Date): AgreementAnswer {
  const { id, dataset, source, department, purpose, validFrom, validUntil, terms, history } = agreement
  const clock = clockOf(agreement.state, history, now)
  return {
    id,
    dataset,
    source,
    department,
    purpose,
    state: standingOf(agreement, now),
    validFrom: validFrom.toISOString(),
    validUntil: validUntil.toISOString(),
    ...terms,
    demands: terms.demands ?? { case: true, official: true },
    history,
    ...(clock && { clock }),
  }
}
