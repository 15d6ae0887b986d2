/** The ledger's sums and flags, from its counts by place and kind. */
import type { RequirementOutcome } from '../../log/reading/pull-entry.ts'
import type { Counts, Flag, Ledger, Row } from './ledger-shapes.ts'
import { isMet } from './proof.ts'
import { type Place, type PullRow, placeKey } from './pull-times.ts'

/** Proofs that are alike in all that the ledger tells of them. */
export type ProofCount = Place & Omit<RequirementOutcome, 'id'> & { requirement: string; count: number }

export function ledgerOf(pulls: readonly PullRow[], proofs: readonly ProofCount[]): Ledger {
  const byPlace = Map.groupBy(proofs, placeKey)
  const rows = pulls.map((pull): Row => ({ ...pull, ...countsOf(byPlace.get(placeKey(pull)) ?? []) }))
  const asked = pulls.reduce((sum, pull) => sum + pull.pulls, 0)
  return {
    total: { pulls: asked, ...countsOf(proofs) },
    rows: sorted(rows, ({ day, department, matter, district }) => [day, department, matter, district ?? '']),
    flags: flagsOf(proofs),
  }
}

function countsOf(proofs: readonly ProofCount[]): Counts {
  const counts: Counts = { proofs: 0, met: 0, open: 0, paper: {} }
  for (const { outcome, reason, count } of proofs) {
    counts.proofs += count
    if (isMet(outcome)) counts.met += count
    else if (outcome === 'ask') counts.open += count
    else if (reason) counts.paper[reason] = (counts.paper[reason] ?? 0) + count
  }
  return counts
}

/** Order 716, Art 7: what sharing can obtain may not be demanded. Nobody asked for the agreement, or for the consent. */
function flagsOf(proofs: readonly ProofCount[]): Flag[] {
  const flags = new Map<string, Flag>()
  for (const { department, matter, requirement, datasets, reason, code, count } of proofs) {
    if (reason !== 'not-shared' && code !== 'CONSENT_MISSING') continue
    const key = JSON.stringify([department, matter, requirement, datasets, code])
    const flag = flags.get(key) ?? {
      department,
      matter,
      requirement,
      datasets: [...datasets],
      code: code ?? '',
      papers: 0,
    }
    flags.set(key, { ...flag, papers: flag.papers + count })
  }
  const named = sorted([...flags.values()], flag => [
    flag.department,
    flag.matter,
    flag.requirement,
    flag.datasets,
    flag.code,
  ])
  return named.sort((one, other) => other.papers - one.papers)
}

const sorted = <T>(items: T[], by: (item: T) => unknown): T[] =>
  items.toSorted((one, other) => (JSON.stringify(by(one)) < JSON.stringify(by(other)) ? -1 : 1))
