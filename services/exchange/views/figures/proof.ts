/**
 * The rule for a paper that nobody carried, in one place for the ledger and the start page; services/auditor/ledger.ts
 * states the same rule once more, for whoever trusts neither. A proof is one requirement of one case about one subject; a
 * pull without a case is a case of its own. It counts once, as its last pull left it: met by data, or by data that the
 * department held already. A pull of a single dataset asks for no proof.
 */
export const metOutcomes: readonly string[] = ['met', 'held']

export const isMet = (outcome: string): boolean => metOutcomes.includes(outcome)
