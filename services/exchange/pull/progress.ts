/** How far a pull has come: what it needs, what was decided and what was read. next-reads.ts moves it on. */

import { appliesTo } from '../law/catalogue/condition.ts'
import type { Matter, Requirement } from '../law/catalogue/matter.ts'
import type { Decision } from '../law/decision/decision.ts'
import type { FoundRecord } from '../records/registry/found-record.ts'
import { type EvidenceSet, isSame } from './plan/evidence.ts'
import type { PullRequest } from './pull.ts'

/** One thing a pull asks for: a requirement of its matter, or the single dataset. */
export type Need = {
  requirement: Requirement | undefined
  /** Evidence that may serve it: all its evidence sets, or the one that the caller chose. */
  sets: EvidenceSet[]
  /** `unclear`: depends on `facts` that are not stated. `choose`: the caller must say which set to use. */
  standing: 'needed' | 'not-needed' | 'unclear' | 'choose'
  facts: string[]
  /** The sets read so far, in order; the last one speaks for the need unless it failed. */
  tried: EvidenceSet[]
}

export type Progress = {
  readonly request: PullRequest
  readonly matter: Matter | undefined
  readonly now: Date
  readonly needs: Need[]
  /** By dataset. The newest decision, where one was made again in a later round. */
  readonly decisions: Map<string, Decision>
  /** The records of each dataset that was read. */
  readonly found: Map<string, FoundRecord[]>
}

export function beginPull(request: PullRequest, matter: Matter | undefined, now: Date): Progress {
  const needs = matter
    ? matter.requirements.map(requirement => needOf(requirement, request, now))
    : [{ requirement: undefined, sets: [[request.dataset!]], standing: 'needed' as const, facts: [], tried: [] }]
  return { request, matter, now, needs, decisions: new Map(), found: new Map() }
}

function needOf(requirement: Requirement, { subject, facts = {}, choose = [] }: PullRequest, now: Date): Need {
  const applies = appliesTo(requirement.when, { subject, facts, now })
  const wanted = choose.find(choice => choice.requirement === requirement.id && 'datasets' in choice)
  const isWanted = (set: EvidenceSet) => !wanted || !('datasets' in wanted) || isSame(set, wanted.datasets)
  const plain = { requirement, sets: requirement.evidence.filter(isWanted), tried: [] }
  if ('unclear' in applies) return { ...plain, standing: 'unclear', facts: applies.unclear }
  return { ...plain, standing: applies.applies ? 'needed' : 'not-needed', facts: [] }
}
