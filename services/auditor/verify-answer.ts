/** Whether an answer to a pull is the one that the log's entry commits to: the hub's rule stated once more, for whoever trusts neither. */
import { hash } from 'node:crypto'
import { canonicalJson, type Json, type JsonObject } from '../contract/canonical-json.ts'
import type { Trust } from './note.ts'
import { type VerifiedReceipt, verifyReceipt } from './verify-receipt.ts'

/** `datasets` whose values the entry commits to; `uncommitted` ones were refused, or logged before the log had commitments. */
export type VerifiedAnswer = VerifiedReceipt & { datasets: string[]; uncommitted: string[] }

/**
 * `answer` as POST /v1/pulls gave it, with its receipt; `entry` as an auditor shows it. The commitment of a result is the SHA-256 of
 * the canonical JSON (RFC 8785) of `{claims, dataset, records, salt}`, those that the answer has. Returns why it fails.
 */
export function verifyAnswer(answer: Json, entry: Json, trust: Trust): VerifiedAnswer | string {
  const receipt = memberOf(memberOf(answer, 'log'), 'receipt')
  if (typeof receipt !== 'string') return 'the answer has no log.receipt: ask GET /v1/pulls/{id} for it and put it in'
  const proved = verifyReceipt(receipt, trust, entry)
  if (typeof proved === 'string') return proved
  const content = memberOf(entry, 'content')
  if (memberOf(content, 'pull') !== memberOf(answer, 'pull')) return 'the entry is about another pull than the answer'
  if (!isAlike(memberOf(content, 'subject'), memberOf(answer, 'subject')))
    return 'the entry is about another subject than the answer'
  const logged = byDataset(memberOf(content, 'results'))
  const answered = byDataset(memberOf(answer, 'results'))
  if (!logged || !answered) return 'a result names no dataset, or one that another result names too'
  const stranger = [...answered.keys()].find(dataset => !logged.has(dataset))
  if (stranger !== undefined) return `the entry knows nothing of ${stranger}`
  const missing = [...logged].find(([dataset, { commitment }]) => commitment && !answered.has(dataset))
  if (missing) return `the entry commits to values of ${missing[0]}, which the answer lacks`
  return compare(proved, logged, answered)
}

function compare(proved: VerifiedReceipt, logged: Results, answered: Results): VerifiedAnswer | string {
  const datasets: string[] = []
  const uncommitted: string[] = []
  for (const [dataset, result] of answered) {
    const { commitment, decision } = logged.get(dataset)!
    if (decision !== result.decision) return `the entry says otherwise how ${dataset} was decided`
    if (commitment === undefined && result.salt !== undefined) return `the entry commits to no values of ${dataset}`
    if (commitment !== undefined && commitment !== commitmentOf(result))
      return `${dataset}: these are not the values that the entry commits to`
    ;(commitment === undefined ? uncommitted : datasets).push(dataset)
  }
  return { ...proved, datasets, uncommitted }
}

function commitmentOf({ claims, dataset, records, salt }: JsonObject): string | undefined {
  if (typeof salt !== 'string') return undefined
  return hash(
    'sha256',
    canonicalJson({ ...(claims && { claims }), dataset: dataset!, ...(records && { records }), salt }),
  )
}

type Results = ReadonlyMap<string, JsonObject>

/** Undefined where a result could hide behind another: each dataset has one. */
function byDataset(results: Json | undefined): Results | undefined {
  const list = Array.isArray(results) ? results : []
  const named = new Map<string, JsonObject>()
  for (const result of list) {
    const dataset = memberOf(result, 'dataset')
    if (typeof dataset === 'string') named.set(dataset, result as JsonObject)
  }
  return named.size === list.length ? named : undefined
}

const isAlike = (one: Json | undefined, other: Json | undefined) =>
  one !== undefined && other !== undefined && canonicalJson(one) === canonicalJson(other)

const memberOf = (value: Json | undefined, name: string): Json | undefined =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? value[name] : undefined
