/**
 * A matter (政务服务事项) and the proofs it requires. A requirement is met by any one of its evidence sets; a set needs all
 * its datasets: OR between sets, AND inside (the idea of the once-only system's evidence broker). Where no set is listed,
 * nobody shares such a record: the paper has to be carried, and is counted.
 */

import Type, { type Static } from 'typebox'
import { recordStatuses } from '../../../contract/envelope.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { checkCondition, conditionSchema } from './condition.ts'
import { both, checkFacts, factSchema, word } from './fact.ts'

const requirementSchema = Type.Object(
  {
    id: word,
    title: both,
    /** Asked for in these cases only; always where absent. See condition.ts. */
    when: Type.Optional(conditionSchema),
    /** Which statuses of a record are proof; `valid` alone where absent. A record past its last day never is. */
    statuses: Type.Optional(Type.Array(Type.Enum([...recordStatuses]), { minItems: 1, uniqueItems: true })),
    /** Whether exactly one record is wanted: where several are proof, the caller is asked which. */
    single: Type.Optional(Type.Boolean()),
    /** Whether the caller is asked which evidence to use where several sets are lawful; else the hub takes the cheapest. */
    askWhich: Type.Optional(Type.Boolean()),
    evidence: Type.Array(Type.Array(Type.String({ maxLength: 110 }), { minItems: 1, maxItems: 5, uniqueItems: true }), {
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
    /** Facts that a pull may have to state, so that the conditions can be told. */
    facts: Type.Optional(Type.Array(factSchema, { maxItems: 30 })),
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

/** Every dataset and every fact named must be known, every requirement's id must be its own. */
export function checkMatter(matter: Matter, isDataset: (id: string) => boolean): Failure | undefined {
  const { requirements, facts = [] } = matter
  const wrongFact = checkFacts(facts)
  if (wrongFact) return wrongFact
  const ids = new Set<string>()
  for (const [index, { id, evidence, when = [] }] of requirements.entries()) {
    const pointer = `/requirements/${index}`
    if (ids.has(id))
      return failure('BODY_INVALID', { pointer: `${pointer}/id`, ...inWords('This id is used twice.', '编号重复。') })
    ids.add(id)
    const unknown = evidence.flat().find(dataset => !isDataset(dataset))
    if (unknown)
      return failure('DATASET_UNKNOWN', {
        pointer: `${pointer}/evidence`,
        ...inWords(`Register ${unknown} first.`, `请先登记 ${unknown}。`),
      })
    const wrong = checkCondition(when, facts, `${pointer}/when`)
    if (wrong) return wrong
  }
  return undefined
}
