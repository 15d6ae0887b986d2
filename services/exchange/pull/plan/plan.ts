/**
 * The plan of a matter without data: what its department may ask for now, by its agreements alone. No subject is named, so
 * no consent is looked at: what rests on one is told to need it.
 */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { conditionSchema } from '../../law/catalogue/condition.ts'
import { factSchema } from '../../law/catalogue/fact.ts'
import { type Matter, matterSchema, type Requirement } from '../../law/catalogue/matter.ts'
import type { Decision } from '../../law/decision/decision.ts'
import { wayOutSchema } from '../../platform/http/problem.ts'
import { cheapest, type DecisionOf, type EvidenceSet, obstacleTo } from './evidence.ts'
import { byEase, paperReasons, reasonOf, wayOutOf } from './paper.ts'

const text = Type.String()
const rights = ['statutory-duty', 'own-data', 'needs-consent', 'refused'] as const
const standings = ['lawful', 'needs-consent', 'paper'] as const

const datasetPlan = Type.Object(
  {
    dataset: text,
    right: Type.Enum([...rights]),
    agreement: Type.Optional(text),
    provision: Type.Optional(text),
    code: Type.Optional(text),
  },
  closed,
)
const setPlan = Type.Object(
  {
    standing: Type.Enum([...standings]),
    /** The one that a pull would use first. */
    chosen: Type.Boolean(),
    datasets: Type.Array(datasetPlan),
  },
  closed,
)
const requirementPlan = Type.Object(
  {
    id: text,
    title: matterSchema.properties.title,
    when: Type.Optional(conditionSchema),
    standing: Type.Enum([...standings]),
    reason: Type.Optional(Type.Enum([...paperReasons])),
    code: Type.Optional(text),
    wayOut: Type.Optional(wayOutSchema),
    sets: Type.Array(setPlan),
  },
  closed,
)
export const planAnswer = Type.Object(
  {
    matter: text,
    title: matterSchema.properties.title,
    department: text,
    purpose: matterSchema.properties.purpose,
    /** Facts that a pull has to state so that it is asked nothing. */
    facts: Type.Array(factSchema),
    requirements: Type.Array(requirementPlan),
  },
  closed,
)
export type Plan = Static<typeof planAnswer>
type RequirementPlan = Static<typeof requirementPlan>
type DatasetPlan = Static<typeof datasetPlan>

/** `decisionOf` decides with no consent at hand. Those with the fewest ways choose first, as in a pull. */
export function planOf(matter: Matter, decisionOf: DecisionOf): Plan {
  const { id, title, department, purpose, facts = [], requirements } = matter
  const planned = new Set<string>()
  const chosen = new Map<Requirement, EvidenceSet | undefined>()
  const ways = requirements.map(requirement => ({ requirement, open: openSets(requirement, decisionOf) }))
  for (const { requirement, open } of ways.toSorted((one, other) => one.open.length - other.open.length)) {
    const set = cheapest(open, decisionOf, dataset => planned.has(dataset))
    for (const dataset of set ?? []) planned.add(dataset)
    chosen.set(requirement, set)
  }
  const plans = requirements.map(requirement => planRequirement(requirement, decisionOf, chosen.get(requirement)))
  return { matter: id, title, department, purpose, facts, requirements: plans }
}

type EvidenceStanding = RequirementPlan['standing']

function standingOf(set: EvidenceSet, decisionOf: DecisionOf): EvidenceStanding {
  const obstacle = obstacleTo(set, decisionOf)
  if (!obstacle) return 'lawful'
  return obstacle.reason === 'no-consent' ? 'needs-consent' : 'paper'
}

/** Those that a pull could come to: all that are lawful, or else all that only a consent is missing for. */
function openSets({ evidence }: Requirement, decisionOf: DecisionOf): EvidenceSet[] {
  const standing = (wanted: EvidenceStanding) => evidence.filter(set => standingOf(set, decisionOf) === wanted)
  const lawful = standing('lawful')
  return lawful.length > 0 ? lawful : standing('needs-consent')
}

function planRequirement(
  { id, title, when, evidence }: Requirement,
  decisionOf: DecisionOf,
  chosen: EvidenceSet | undefined,
): RequirementPlan {
  const standing = chosen ? standingOf(chosen, decisionOf) : 'paper'
  return {
    id,
    title,
    ...(when && { when }),
    standing,
    ...(standing !== 'lawful' && obstacle(evidence, decisionOf)),
    sets: evidence.map(set => ({
      standing: standingOf(set, decisionOf),
      chosen: set === chosen,
      datasets: set.map(dataset => planDataset(dataset, decisionOf(dataset)!)),
    })),
  }
}

function planDataset(dataset: string, decision: Decision): DatasetPlan {
  if (decision.decision === 'refuse') {
    const { code } = decision
    return { dataset, right: reasonOf(code) === 'no-consent' ? 'needs-consent' : 'refused', code }
  }
  const { basis } = decision
  if (basis.type !== 'statutory-duty') return { dataset, right: 'own-data' }
  return { dataset, right: 'statutory-duty', agreement: basis.agreement, provision: basis.provision }
}

/** Of each set what is hardest to mend, of the sets the easiest. */
function obstacle(evidence: readonly EvidenceSet[], decisionOf: DecisionOf) {
  const obstacles = evidence.flatMap(set => obstacleTo(set, decisionOf) ?? [])
  const { reason, code } = obstacles.sort((one, other) => byEase(one.reason, other.reason))[0] ?? noSource
  return { reason, ...(code && { code }), wayOut: wayOutOf(reason, code) }
}

const noSource = { reason: 'no-source' as const, code: undefined }
