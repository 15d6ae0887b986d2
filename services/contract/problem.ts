/** Failures as HTTP answers: problem+json by RFC 9457, the same from every server of the house. */
import type { FastifyReply } from 'fastify'
import type { JsonObject } from './canonical-json.ts'
import { type Failure, kindOf, type Violation } from './failure.ts'

export type Problem = {
  type: string
  title: string
  titleZh: string
  status: number
  code: string
  retry: boolean
  detail?: string
  detailZh?: string
  pointer?: string
  violations?: Violation[]
  converted?: JsonObject
  request: string
}

export function problemOf(failure: Failure, request: string): Problem {
  const { status, retry, en, zh } = kindOf(failure.failure)
  const { failure: code, detail, detailZh, pointer, violations, converted } = failure
  const more = {
    ...(detail && { detail }),
    ...(detailZh && { detailZh }),
    ...(pointer !== undefined && { pointer }),
    ...(violations && { violations }),
    ...(converted && { converted }),
  }
  return { type: `urn:datarun:failure:${code}`, title: en, titleZh: zh, status, code, retry, ...more, request }
}

/** Ends a handler with a failure: `if (isFailure(outcome)) return refuse(reply, outcome)`. */
export function refuse(reply: FastifyReply, failure: Failure): FastifyReply {
  const problem = problemOf(failure, reply.request.id)
  if (problem.retry && !reply.hasHeader('retry-after')) reply.header('retry-after', '1')
  if (problem.status === 401 && !reply.hasHeader('www-authenticate')) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json').send(problem)
}
