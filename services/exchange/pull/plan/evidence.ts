/** Choosing among the evidence sets of a requirement: rules only. */
import type { Decision } from '../../law/decision/decision.ts'
import type { RefusalCode } from '../../law/decision/refusal.ts'
import { byEase, type PaperReason, reasonOf } from './paper.ts'

export type EvidenceSet = readonly string[]
/** The decision about a dataset; undefined where it was not asked. */
export type DecisionOf = (dataset: string) => Decision | undefined

export const isSame = (one: EvidenceSet, other: EvidenceSet): boolean =>
  one.length === other.length && one.every(dataset => other.includes(dataset))

export const isLawful = (set: EvidenceSet, decisionOf: DecisionOf): boolean =>
  set.every(dataset => decisionOf(dataset)?.decision === 'permit')

/**
 * The cheapest of the sets, all lawful: first the one that spends the fewest consents (what the law allows anyway never
 * costs one), then the one that reads the fewest datasets, then the matter's own order. A dataset read anyway for another
 * requirement costs nothing.
 */
export function cheapest(
  sets: readonly EvidenceSet[],
  decisionOf: DecisionOf,
  read: (dataset: string) => boolean,
): EvidenceSet | undefined {
  const costOf = (set: EvidenceSet) => {
    const added = set.filter(dataset => !read(dataset))
    return { consents: added.filter(dataset => takesConsent(decisionOf(dataset))).length, datasets: added.length }
  }
  const priced = sets.map(set => ({ set, ...costOf(set) }))
  return priced.sort((one, other) => one.consents - other.consents || one.datasets - other.datasets)[0]?.set
}

/** Whether a consent is spent on it, or would have to be given first. */
function takesConsent(decision: Decision | undefined): boolean {
  if (decision?.decision === 'permit') return decision.bases.some(({ type }) => type === 'consent')
  return decision !== undefined && reasonOf(decision.code) === 'no-consent'
}

/** Why a set cannot be used: of its refusals the one that is hardest to mend, as all must be mended. */
export function obstacleTo(
  set: EvidenceSet,
  decisionOf: DecisionOf,
): { reason: PaperReason; code: RefusalCode } | undefined {
  const codes = set.flatMap(dataset => {
    const decision = decisionOf(dataset)
    return decision?.decision === 'refuse' ? [decision.code] : []
  })
  const obstacles = codes.map(code => ({ reason: reasonOf(code), code }))
  return obstacles.sort((one, other) => byEase(other.reason, one.reason))[0]
}
