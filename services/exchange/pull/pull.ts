/** A pull (调用): one request of one system for one case. Its answer stands in pull-answer.ts. */

import Type, { type Static } from 'typebox'
import { closed } from '../../contract/shapes.ts'
import { subjectSchema } from '../../contract/subject-schema.ts'
import { statedSchema } from '../law/catalogue/fact.ts'
import type { Matter } from '../law/catalogue/matter.ts'
import { claimSchema } from '../law/decision/claim.ts'
import type { Caller } from '../platform/identity/caller.ts'
import { mostRecords } from '../records/registry/found-record.ts'
import { cursorLengthMax } from './cursor.ts'

const line = (maxLength: number) => Type.String({ minLength: 1, maxLength, pattern: '^[^\\x00-\\x1f]*$' })
const pointer = Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300 })
const dataset = line(110)
export const versionFields = { key: line(200), version: Type.Integer({ minimum: 0 }) }

/** An answer to a question that an earlier pull was asked; it may as well be sent at once. */
const choiceSchema = Type.Union([
  Type.Object({ requirement: line(61), dataset, key: line(200) }, { ...closed, description: 'Which record' }),
  Type.Object(
    { requirement: line(61), datasets: Type.Array(dataset, { minItems: 1, maxItems: 5 }) },
    { ...closed, description: 'Which evidence set' },
  ),
])

export const pullBody = Type.Object(
  {
    matter: Type.Optional(line(61)),
    dataset: Type.Optional(dataset),
    subject: subjectSchema,
    purpose: line(61),
    case: Type.Optional(line(100)),
    official: Type.Optional(line(100)),
    district: Type.Optional(
      Type.String({
        pattern: '^\\d{6}$',
        description: 'Where the case is handled, GB/T 2260, in force today; for the statistics',
      }),
    ),
    /** With `dataset` only: fewer fields than agreed; claims instead of data. */
    fields: Type.Optional(Type.Array(pointer, { minItems: 1, maxItems: 300 })),
    verify: Type.Optional(Type.Array(claimSchema, { minItems: 1, maxItems: 20 })),
    /** With `dataset` only: so many records at once, from where the answer before ended (its `next`). */
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: mostRecords })),
    cursor: Type.Optional(Type.String({ maxLength: cursorLengthMax })),
    /** With `matter` only: what its conditions depend on; which record or evidence, where several would do. */
    facts: Type.Optional(statedSchema),
    choose: Type.Optional(Type.Array(choiceSchema, { maxItems: 60 })),
    /** Versions the caller keeps: those still current are named again without their data. */
    held: Type.Optional(Type.Array(Type.Object({ dataset, ...versionFields }, closed), { maxItems: 100 })),
    /** Keeps the entry from those it is about until that day, where the agreement allows it; auditors see it at once. */
    confidential: Type.Optional(
      Type.Object(
        {
          until: Type.String({ format: 'date', description: 'They see it from this day on' }),
          authority: line(200),
          reason: line(500),
        },
        { ...closed, description: 'Who ordered it and why; both are shown to the subject from that day on' },
      ),
    ),
    /** Whether the proof of the log entry stands in the answer (it can be had later); true where absent. */
    receipt: Type.Optional(Type.Boolean()),
  },
  closed,
)
export type PullRequest = Static<typeof pullBody>

/** A request on its way: checked, with the matter it is for. */
export type Pull = {
  id: string
  caller: Caller
  request: PullRequest
  matter: Matter | undefined
  arrived: Date
  /** Key of the record that the page before ended with. */
  after?: string
}
