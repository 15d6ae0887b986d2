/**
 * A pull's entry commits to the values that each result gave away, so that a receiver can show later what it was answered. The
 * answer carries the salt; without it nobody can guess the values from the log. The auditor's side is services/auditor/verify-answer.ts.
 */
import { hash } from 'node:crypto'
import { canonicalJson, type JsonObject } from '../../contract/canonical-json.ts'
import type { Answered, Result } from './answer.ts'
import type { ResultAnswer } from './pull-answer.ts'

const saltBytes = 16

/** Every permitted result with a salt of its own (32 hexadecimal digits) in its answer, and with what the entry says of its values. */
export const commitTo = (answered: Answered, random: (bytes: number) => Buffer): Answered => ({
  ...answered,
  results: answered.results.map(result => (result.answer.decision === 'permit' ? committed(result, random) : result)),
})

function committed(result: Result, random: (bytes: number) => Buffer): Result {
  const answer = { ...result.answer, salt: random(saltBytes).toString('hex') }
  return { ...result, answer, commitment: commitmentOf(answer) }
}

/** SHA-256, in hexadecimal digits, of the canonical JSON (RFC 8785) of the result's dataset, salt, and its records or claims. */
const commitmentOf = ({ claims, dataset, records, salt }: ResultAnswer): string =>
  hash('sha256', canonicalJson({ ...(claims && { claims }), dataset, ...(records && { records }), salt } as JsonObject))
