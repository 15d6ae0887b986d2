/** The error codes of the Confluent Schema Registry API, and our failures in its words. */
import type { FastifyReply } from 'fastify'
import type { FailureCode } from '../../../../contract/failure.ts'
import type { Problem } from '../../../platform/http/problem.ts'

export type ConfluentError = { error_code: number; message: string }

const messages = {
  404: (what: string) => what,
  40401: (what: string) => `Subject '${what}' not found.`,
  40402: (what: string) => `Version ${what} not found.`,
  40403: (what: string) => `Schema ${what} not found.`,
  40404: (what: string) => `Subject '${what}' was soft deleted. Set permanent=true to delete permanently.`,
  40405: (what: string) => `Subject '${what}' was not deleted first before being permanently deleted.`,
  40406: (what: string) => `Version ${what} was soft deleted. Set permanent=true to delete permanently.`,
  40407: (what: string) => `Version ${what} was not deleted first before being permanently deleted.`,
  40408: (what: string) => `Subject '${what}' does not have subject-level compatibility configured.`,
  40409: (what: string) => `Subject '${what}' does not have subject-level mode configured.`,
  409: (what: string) => what,
  42201: (what: string) => `Invalid schema: ${what}`,
  42202: (what: string) =>
    `The specified version '${what}' is not a valid version id: a whole number from 1, or "latest".`,
  422: (what: string) => what,
  42203: (what: string) => `Invalid configuration: ${what}`,
  42204: (what: string) => `Invalid mode '${what}'.`,
  42205: (what: string) => what,
  42206: (what: string) => `One or more references exist to the schema ${what}.`,
} as const
type Code = keyof typeof messages

export const confluentError = (code: Code, what: string): ConfluentError => ({
  error_code: code,
  message: messages[code](what),
})

export const isConfluentError = (outcome: unknown): outcome is ConfluentError =>
  typeof outcome === 'object' && outcome !== null && 'error_code' in outcome

/** 40401 is answered with status 404; three-digit codes are the status. */
export const statusOf = (code: number) => (code > 999 ? Math.floor(code / 100) : code)

export const say = (reply: FastifyReply, error: ConfluentError) => reply.code(statusOf(error.error_code)).send(error)

const codes: Partial<Record<FailureCode, number>> = {
  SCHEMA_REFUSED: 42201,
  SCHEMA_INCOMPATIBLE: 409,
  SCHEMA_UNDECIDED: 409,
  STATE_CONFLICT: 42205,
  BODY_NOT_JSON: 42201,
  TOKEN_MISSING: 401,
  TOKEN_INVALID: 401,
  NOT_ALLOWED: 403,
  NOT_FOUND: 404,
  UNAVAILABLE: 50001,
  LOG_UNAVAILABLE: 50001,
  TIMED_OUT: 50002,
}

/** A request that does not fit, by what was asked: a query alone says nothing of a schema. */
function invalid(method: string, path: string): number {
  if (method === 'GET' || method === 'DELETE') return 422
  if (/(^|\/)config(\/|$|\?)/.test(path)) return 42203
  return /(^|\/)mode(\/|$|\?)/.test(path) ? 42204 : 42201
}

/** The other rooms' problem+json, as this API says it of an address. */
export function fromProblem({ method, url }: { method: string; url: string }, problem: Problem): ConfluentError {
  const { code, status, title, detail, converted } = problem
  const known = code === 'BODY_INVALID' ? invalid(method, url) : codes[code as FailureCode]
  const message = detail ? `${title} ${detail}` : title
  // Clients of this API read the message and nothing else.
  return { error_code: known ?? status, message: converted ? `${message} ${JSON.stringify({ converted })}` : message }
}
