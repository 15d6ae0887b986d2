/**
 * The closed table of everything that can go wrong for a caller: one stable code each, its HTTP status, whether trying
 * again can help, and a sentence in both languages. A code is never renamed or reused; docs/failures.md is made from it.
 */
import type { JsonObject } from './canonical-json.ts'
import { conflictFailures, inputFailures, recordFailures, refusalFailures, serviceFailures } from './failure-table.ts'

export const failures = {
  ...inputFailures,
  ...conflictFailures,
  ...refusalFailures,
  ...recordFailures,
  ...serviceFailures,
} as const

export type FailureCode = keyof typeof failures

/** One row of the table. `retry` says whether the same call can succeed later without being changed. */
export type FailureKind = { status: number; retry: boolean; en: string; zh: string }

/**
 * One spot of a bad input: a JSON Pointer (RFC 6901) into it and what is wrong there. Never holds the value found. `zh` says it in
 * Chinese, where more is known than the rule that was broken.
 */
export type Violation = { pointer: string; keyword: string; message: string; zh?: string }

/**
 * An expected bad outcome, returned as a value, never thrown. `detail` names the place and the way out, in English, and
 * `detailZh` in Chinese where officials and citizens read it; neither holds personal data. `pointer` is a JSON Pointer into
 * the caller's input; `violations` lists every spot known. `converted` is a schema that
 * says the same and would be taken.
 */
export type Failure = {
  failure: FailureCode
  detail?: string
  detailZh?: string
  pointer?: string
  violations?: Violation[]
  converted?: JsonObject
}

export const failure = (code: FailureCode, more: Omit<Failure, 'failure'> = {}): Failure => ({ failure: code, ...more })

/** The place and the way out in both languages: `failure('NOT_FOUND', { pointer, ...inWords('…', '…') })`. */
export const inWords = (detail: string, detailZh: string) => ({ detail, detailZh })

/** Whether a call came to an expected bad outcome instead of its result. */
export const isFailure = (outcome: unknown): outcome is Failure =>
  typeof outcome === 'object' && outcome !== null && typeof (outcome as Failure).failure === 'string'

/**
 * A failure where a value cannot be returned: out of a transaction that must not commit, or to a framework that knows only
 * errors. `message` is for the operators' log and names no one.
 */
export class FailureThrown extends Error {
  readonly failure: Failure
  constructor(failure: Failure, message: string = failure.failure, options?: ErrorOptions) {
    super(message, options)
    this.failure = failure
  }
}

export const kindOf = (code: FailureCode): FailureKind => failures[code]

/** The end of a `switch` over a closed union: a new case becomes a compile error here. */
export const assertNever = (value: never): never => {
  throw new Error(`unexpected case ${JSON.stringify(value)}`)
}
