/** Failures as HTTP answers: problem+json by RFC 9457, one shape for every error of every route. */
import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { type Failure, kindOf, type Violation } from '../../contract/failure.ts'

const closed = { additionalProperties: false }

export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:datarun:failure: and the code' }),
    title: Type.String({ description: 'What went wrong, in English' }),
    titleZh: Type.String({ description: '错误说明（中文）' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code; see docs/failures.md' }),
    retry: Type.Boolean({ description: 'Whether the same call can succeed later, unchanged' }),
    detail: Type.Optional(Type.String({ description: 'The place and the way out' })),
    pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the request' })),
    violations: Type.Optional(
      Type.Array(Type.Object({ pointer: Type.String(), keyword: Type.String(), message: Type.String() }, closed), {
        description: 'Every spot known to be wrong',
      }),
    ),
    request: Type.String({ description: 'Id of this request in the operators’ log' }),
    pull: Type.Optional(Type.String({ description: 'A refused pull: its id' })),
    log: Type.Optional(
      Type.Object(
        { index: Type.Integer(), receipt: Type.Optional(Type.String()) },
        { ...closed, description: 'A refused pull: where it stands in the access log' },
      ),
    ),
  },
  { ...closed, $id: 'Problem', title: 'Problem' },
)

export type Problem = {
  type: string
  title: string
  titleZh: string
  status: number
  code: string
  retry: boolean
  detail?: string
  pointer?: string
  violations?: Violation[]
  request: string
}

export function problemOf(failure: Failure, request: string): Problem {
  const { status, retry, en, zh } = kindOf(failure.failure)
  const { failure: code, detail, pointer, violations } = failure
  const more = {
    ...(detail && { detail }),
    ...(pointer !== undefined && { pointer }),
    ...(violations && { violations }),
  }
  return { type: `urn:datarun:failure:${code}`, title: en, titleZh: zh, status, code, retry, ...more, request }
}

/** Ends a handler with a failure: `if (isFailure(outcome)) return refuse(reply, outcome)`. */
export function refuse(reply: FastifyReply, failure: Failure): FastifyReply {
  const problem = problemOf(failure, reply.request.id)
  if (problem.retry) reply.header('retry-after', '1')
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json').send(problem)
}

/** The `response` part of a route's schema: the good answers, and the problem for all others. */
export const answers = <T extends Record<number, unknown>>(good: T) => ({
  ...good,
  '4xx': problemSchema,
  '5xx': problemSchema,
})
