/**
 * A matter (政务服务事项) and the proofs it requires. A requirement is met by any one of its evidence sets; a set needs all
 * its datasets: OR between sets, AND inside (the idea of the once-only system's evidence broker).
 */
import Type, { type Static } from 'typebox'
import { type Failure, failure } from '../../contract/failure.ts'

const closed = { additionalProperties: false }
const word = Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' })
const text = Type.String({ minLength: 1, maxLength: 500 })
const both = Type.Object({ zh: text, en: text }, closed)

export const requirementSchema = Type.Object(
  {
    id: word,
    title: both,
    /** Whether exactly one record is wanted: where several match, the caller is asked which. */
    single: Type.Optional(Type.Boolean()),
    evidence: Type.Array(Type.Array(Type.String({ maxLength: 110 }), { minItems: 1, maxItems: 5 }), {
      minItems: 1,
      maxItems: 5,
    }),
  },
  closed,
)

export const matterBody = Type.Object(
  {
    title: both,
    department: Type.String({ pattern: '^[a-z][a-z0-9-]{1,40}$' }),
    purpose: Type.Object({ code: word, title: both }, closed),
    requirements: Type.Array(requirementSchema, { minItems: 1, maxItems: 30 }),
  },
  closed,
)
export const matterSchema = Type.Object(
  { id: word, ...matterBody.properties },
  { ...closed, $id: 'Matter', title: 'Matter' },
)

export type Matter = Static<typeof matterSchema>
export type Requirement = Static<typeof requirementSchema>

/** Every dataset named must be in the catalogue, every requirement's id must be its own. */
export function checkMatter(matter: Matter, isDataset: (id: string) => boolean): Failure | undefined {
  const ids = new Set<string>()
  for (const [index, { id, evidence }] of matter.requirements.entries()) {
    const pointer = `/requirements/${index}`
    if (ids.has(id)) return failure('BODY_INVALID', { pointer: `${pointer}/id`, detail: 'This id is used twice.' })
    ids.add(id)
    const unknown = evidence.flat().find(dataset => !isDataset(dataset))
    if (unknown)
      return failure('DATASET_UNKNOWN', { pointer: `${pointer}/evidence`, detail: `Register ${unknown} first.` })
  }
  return undefined
}
