/**
 * How much a department learns about a field of a subject by claims: rules only. A claim that names n values parts the values
 * that are possible into n + 1 at most, so it tells log₂(n + 1) bits: a comparison or an equality one, ten choices 3.5. With 8
 * bits a guesser tells 256 cases apart, which leaves a date of birth among a hundred days and an amount among thousands.
 *
 * The same claim again tells nothing new of a value that has not changed, and of one that has no more than all claims asked in
 * these days tell: it is answered, and counted once. Whether a value did change is not looked at; a refusal would tell it.
 */
import { createHash } from 'node:crypto'
import { canonicalJson } from '../../../contract/canonical-json.ts'
import type { DataRange } from '../consent/consent.ts'
import type { Claim } from './claim.ts'

/** About one field of one subject, within `learntDays` days of the city. */
export const learntBitsMax = 8
export const learntDays = 90

/** One claim that was answered. `field` with its dataset; `claim` a digest; `day` the last day it was answered on. */
export type Learnt = { field: string; claim: string; bits: number; day: string }

/**
 * A claim of a pull. `page` and `dataRange` tell which records it was held against, where not the first of all: others have other
 * values.
 */
export type AskedClaim = { dataset: string; claim: Claim; page?: string; dataRange?: DataRange }

export const bitsOf = (claim: Claim): number => Math.log2(1 + ('oneOf' in claim ? new Set(claim.oneOf).size : 1))

/**
 * Bits learnt once these claims are answered, with what is older than `since` forgotten; undefined where that would be
 * too much about a field, and nothing may be answered. `since` is the first day that counts, `day` is today.
 */
export function learn(
  known: readonly Learnt[],
  asked: readonly AskedClaim[],
  { day, since }: { day: string; since: string },
): Learnt[] | undefined {
  const learnt = new Map(known.filter(one => one.day >= since).map(one => [one.claim, one]))
  for (const one of asked) {
    const claim = digestOf(one)
    learnt.set(claim, { field: `${one.dataset}${one.claim.field}`, claim, bits: bitsOf(one.claim), day })
  }
  const byField = Map.groupBy(learnt.values(), ({ field }) => field)
  const isTooMuch = asked.some(({ dataset, claim }) => sumOf(byField.get(`${dataset}${claim.field}`)!) > learntBitsMax)
  return isTooMuch ? undefined : [...learnt.values()]
}

/** Sums of logarithms: eight comparisons are 8 bits, and not a rounding error more. */
const sumOf = (learnt: readonly Learnt[]) => Math.round(learnt.reduce((sum, { bits }) => sum + bits, 0) * 1e6) / 1e6

/** The same for the same question: one choice is an equality, and the order of choices is none. */
function digestOf({ dataset, claim, page, dataRange }: AskedClaim): string {
  const { field, ...comparison } = 'equals' in claim ? { field: claim.field, oneOf: [claim.equals] } : claim
  const plain =
    'oneOf' in comparison
      ? { oneOf: [...new Set(comparison.oneOf.map(choice => canonicalJson(choice)))].sort() }
      : comparison
  const text = canonicalJson([dataset, field, plain, page ?? null, ...(dataRange ? [{ ...dataRange }] : [])])
  return createHash('sha256').update(text).digest('hex').slice(0, 32)
}
