/** The answer to a pull: one result for each dataset that was used or refused, and what became of each requirement. */

import Type, { type Static } from 'typebox'
import { bilingual, closed } from '../../contract/shapes.ts'
import { subjectSchema } from '../../contract/subject-schema.ts'
import { factSchema } from '../law/catalogue/fact.ts'
import { wayOutSchema } from '../platform/http/problem.ts'
import { paperReasons } from './plan/paper.ts'
import { versionFields } from './pull.ts'

const text = Type.String()

const recordAnswer = Type.Object(
  {
    ...versionFields,
    status: text,
    schemaVersion: Type.Integer(),
    held: Type.Optional(Type.Literal(true)),
    data: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'The agreed fields only' })),
  },
  closed,
)
const basisAnswer = Type.Object(
  {
    type: text,
    agreement: Type.Optional(text),
    consent: Type.Optional(text),
    provision: Type.Optional(text),
  },
  closed,
)
const claimAnswer = Type.Object(
  { field: text, answer: Type.Union([Type.Boolean(), Type.Literal('no-record')]) },
  closed,
)

const resultAnswer = Type.Object(
  {
    dataset: text,
    decision: Type.Enum(['permit', 'refuse']),
    basis: Type.Optional(basisAnswer),
    records: Type.Optional(Type.Array(recordAnswer)),
    next: Type.Optional(
      Type.String({ description: 'There are more records: pull this dataset alone with this as `cursor`' }),
    ),
    claims: Type.Optional(Type.Array(claimAnswer)),
    salt: Type.Optional(
      Type.String({ description: 'Keep it with the answer: with it you can show from the log what you were answered' }),
    ),
    withheldFields: Type.Optional(Type.Array(Type.Object({ pointer: text, code: text }, closed))),
    dataLife: Type.Optional(Type.String({ description: 'ISO 8601 duration after which to dispose of the data' })),
    code: Type.Optional(text),
    detail: Type.Optional(text),
    detailZh: Type.Optional(text),
    wayOut: Type.Optional(wayOutSchema),
  },
  closed,
)

/** `not-needed`: the condition does not hold. `refused` and `not-found` are papers that have to be carried. */
const outcomes = ['met', 'held', 'not-needed', 'ask', 'refused', 'not-found'] as const
const reasonSchema = Type.Enum([...paperReasons], { description: 'Why the paper still has to be carried' })

/** One question, with what to send in the second call: `choose` with one of the choices, or `facts`. */
const questionAnswer = Type.Union([
  Type.Object(
    {
      about: Type.Literal('record'),
      choices: Type.Array(Type.Object({ requirement: text, dataset: text, ...versionFields, status: text }, closed)),
    },
    closed,
  ),
  Type.Object(
    {
      about: Type.Literal('evidence'),
      choices: Type.Array(Type.Object({ requirement: text, datasets: Type.Array(text) }, closed)),
    },
    closed,
  ),
  Type.Object({ about: Type.Literal('facts'), facts: Type.Array(factSchema) }, closed),
])

const requirementAnswer = Type.Object(
  {
    id: text,
    title: bilingual,
    outcome: Type.Enum([...outcomes]),
    /** The evidence set that the outcome speaks of. */
    datasets: Type.Array(text),
    question: Type.Optional(questionAnswer),
    reason: Type.Optional(reasonSchema),
    code: Type.Optional(text),
    wayOut: Type.Optional(wayOutSchema),
    /** Where the paper has to be carried: why none of the other evidence sets did. */
    alternatives: Type.Optional(
      Type.Array(
        Type.Object(
          { datasets: Type.Array(text), reason: reasonSchema, code: Type.Optional(text), wayOut: wayOutSchema },
          closed,
        ),
      ),
    ),
  },
  closed,
)
export const logAnswer = Type.Object({ index: Type.Integer(), receipt: Type.Optional(text) }, closed)

export const pullAnswer = Type.Object(
  {
    pull: text,
    subject: subjectSchema,
    requirements: Type.Optional(Type.Array(requirementAnswer)),
    results: Type.Array(resultAnswer),
    log: logAnswer,
  },
  closed,
)
export type PullAnswer = Static<typeof pullAnswer>
export type ResultAnswer = Static<typeof resultAnswer>
export type RequirementAnswer = Static<typeof requirementAnswer>
export type Question = Static<typeof questionAnswer>
