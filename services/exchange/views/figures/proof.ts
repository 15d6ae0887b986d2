/**
 * The rule for a paper that nobody carried, in one place for the ledger and the start page; services/auditor/ledger.ts
 * states the same rule once more, for those who trust neither. A proof is one requirement of one case about one subject; a
 * pull without a case is a case of its own. It counts once, as its last pull left it: met by data, or by data that the
 * department held already. A pull of a single dataset asks for no proof.
 */
import type { LoggedPull, RequirementOutcome } from '../../log/reading/pull-entry.ts'

/** A pull that asks for proofs: one for a matter, which could be decided. */
export type MatterPull = LoggedPull & { matter: string; requirements: readonly RequirementOutcome[] }

export const asksForProofs = (pull: LoggedPull): pull is MatterPull =>
  pull.matter !== undefined && pull.requirements !== undefined

/** The text that makes a proof the same as another. Its digests are stored in overview_proof: no byte of it may change. */
export function proofKey(pull: MatterPull, requirement: string): string {
  const { department, matter, case: number, reference, subject } = pull
  const ofCase = number === undefined ? [null, reference] : [number, null]
  const parts = [department || null, matter, ...ofCase, subject.type, subject.id, requirement]
  return `[${parts.map(part => JSON.stringify(part)).join(', ')}]`
}

export const isMet = (outcome: string): boolean => outcome === 'met' || outcome === 'held'
