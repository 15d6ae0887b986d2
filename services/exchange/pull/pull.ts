/** A pull (调用): one request of one system for one case, and what it is answered. */
import Type, { type Static } from 'typebox'
import { claimSchema } from '../decision/claim.ts'

const closed = { additionalProperties: false }
const line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00-\\x1f]*$' })
const pointer = Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300 })
const subject = Type.Object(
  { type: Type.Union([Type.Literal('person'), Type.Literal('organisation')]), id: line(18) },
  closed,
)
const version = { key: line(200), version: Type.Integer({ minimum: 0 }) }

export const pullBody = Type.Object(
  {
    matter: Type.Optional(line(60)),
    dataset: Type.Optional(line(110)),
    subject,
    purpose: line(60),
    case: Type.Optional(line(100)),
    official: Type.Optional(line(100)),
    /** With `dataset` only: fewer fields than agreed; claims instead of data. */
    fields: Type.Optional(Type.Array(pointer, { minItems: 1, maxItems: 300 })),
    verify: Type.Optional(Type.Array(claimSchema, { minItems: 1, maxItems: 20 })),
    /** With `matter` only: which record, where a requirement wants one and several match. */
    choose: Type.Optional(Type.Array(Type.Object({ requirement: line(60), key: line(200) }, closed), { maxItems: 30 })),
    /** Versions the caller keeps: those still current are named again without their data. */
    held: Type.Optional(Type.Array(Type.Object({ dataset: line(110), ...version }, closed), { maxItems: 100 })),
    /** Whether the proof of the log entry stands in the answer (it can be had later); true where absent. */
    receipt: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type PullRequest = Static<typeof pullBody>

const recordAnswer = Type.Object(
  {
    ...version,
    status: Type.String(),
    schemaVersion: Type.Integer(),
    held: Type.Optional(Type.Literal(true)),
    data: Type.Optional(Type.Object({}, { additionalProperties: true, description: 'The agreed fields only' })),
  },
  closed,
)
const basisAnswer = Type.Object(
  {
    type: Type.String(),
    agreement: Type.Optional(Type.String()),
    consent: Type.Optional(Type.String()),
    provision: Type.Optional(Type.String()),
  },
  closed,
)
const wayOut = Type.Object({ en: Type.String(), zh: Type.String(), oots: Type.Optional(Type.String()) }, closed)

export const resultAnswer = Type.Object(
  {
    dataset: Type.String(),
    decision: Type.Union([Type.Literal('permit'), Type.Literal('refuse')]),
    basis: Type.Optional(basisAnswer),
    records: Type.Optional(Type.Array(recordAnswer)),
    /** More records matched than are answered at once. */
    more: Type.Optional(Type.Literal(true)),
    claims: Type.Optional(
      Type.Array(
        Type.Object({ field: Type.String(), answer: Type.Union([Type.Boolean(), Type.Literal('no-record')]) }, closed),
      ),
    ),
    withheldFields: Type.Optional(Type.Array(Type.Object({ pointer: Type.String(), code: Type.String() }, closed))),
    dataLife: Type.Optional(Type.String({ description: 'ISO 8601 duration after which to dispose of the data' })),
    code: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
    wayOut: Type.Optional(wayOut),
  },
  closed,
)
export const requirementAnswer = Type.Object(
  {
    id: Type.String(),
    title: Type.Object({ zh: Type.String(), en: Type.String() }, closed),
    outcome: Type.Union([
      Type.Literal('met'),
      Type.Literal('held'),
      Type.Literal('refused'),
      Type.Literal('not-found'),
      Type.Literal('ask'),
    ]),
    datasets: Type.Array(Type.String()),
    code: Type.Optional(Type.String()),
    choices: Type.Optional(
      Type.Array(Type.Object({ dataset: Type.String(), ...version, status: Type.String() }, closed)),
    ),
  },
  closed,
)
export const logAnswer = Type.Object({ index: Type.Integer(), receipt: Type.Optional(Type.String()) }, closed)

export const pullAnswer = Type.Object(
  {
    pull: Type.String(),
    subject,
    requirements: Type.Optional(Type.Array(requirementAnswer)),
    results: Type.Array(resultAnswer),
    log: logAnswer,
  },
  closed,
)
export type PullAnswer = Static<typeof pullAnswer>
export type ResultAnswer = Static<typeof resultAnswer>
export type RequirementAnswer = Static<typeof requirementAnswer>
