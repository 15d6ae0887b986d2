/**
 * How a pull comes to its answer: rules only. A single dataset is asked once. A matter is asked in rounds: each
 * requirement begins with its first evidence set (the catalogue lists the cheapest first), and goes on to the next one
 * only where the set before was refused or nothing was found.
 */
import type { Decision } from '../decision/decision.ts'
import type { Matter, Requirement } from '../matter/matter.ts'
import type { FoundRecord } from '../registry/subject-record-store.ts'
import type { PullRequest } from './pull.ts'

/** What became of one dataset that was asked. `records` is empty where the decision was to refuse. */
export type Outcome = { dataset: string; decision: Decision; records: FoundRecord[] }

export type Progress = {
  readonly matter: Matter | undefined
  /** For each requirement, which of its evidence sets is being tried; a single dataset is one set of one. */
  readonly tries: { requirement: Requirement | undefined; sets: string[][]; current: number }[]
  readonly outcomes: Map<string, Outcome>
}

export function beginPull(request: PullRequest, matter: Matter | undefined): Progress {
  const tries = matter
    ? matter.requirements.map(requirement => ({ requirement, sets: requirement.evidence, current: 0 }))
    : [{ requirement: undefined, sets: [[request.dataset!]], current: 0 }]
  return { matter, tries, outcomes: new Map() }
}

/** The datasets to ask in this round, each once; empty when the pull is complete. Moves on from sets that failed. */
export function nextDatasets({ tries, outcomes }: Progress): string[] {
  const next = new Set<string>()
  for (const attempt of tries) {
    while (hasFailed(attempt.sets[attempt.current]!, outcomes) && attempt.current < attempt.sets.length - 1) {
      attempt.current += 1
    }
    for (const dataset of attempt.sets[attempt.current]!) if (!outcomes.has(dataset)) next.add(dataset)
  }
  return [...next]
}

/** A set is given up as soon as one of its datasets was refused or gave no record. */
const hasFailed = (set: string[], outcomes: Progress['outcomes']) =>
  set.some(dataset => {
    const outcome = outcomes.get(dataset)
    return outcome !== undefined && (outcome.decision.decision === 'refuse' || outcome.records.length === 0)
  })

/**
 * The set that speaks for a requirement in the answer: the last one tried where it was permitted, else the first one that
 * was permitted but empty, else the last.
 */
export function settledSet(attempt: Progress['tries'][number], outcomes: Progress['outcomes']): string[] {
  const tried = attempt.sets.slice(0, attempt.current + 1)
  const met = tried.find(set => !hasFailed(set, outcomes))
  const permitted = tried.find(set => set.every(dataset => outcomes.get(dataset)?.decision.decision === 'permit'))
  return met ?? permitted ?? tried[0]!
}
