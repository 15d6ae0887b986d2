/** The hub's problem+json as OpenAPI describes it: one shape for every error of every route. */

import Type from 'typebox'
import { closed } from '../../../contract/shapes.ts'

/** One spot of a bad input. */
export const violationSchema = Type.Object(
  {
    pointer: Type.String(),
    keyword: Type.String(),
    message: Type.String(),
    zh: Type.Optional(Type.String({ description: '说明（中文）' })),
  },
  closed,
)

/** How a refusal is got over: both sentences, and the code of the OOTS evidence exchange or its directories where one fits. */
export const wayOutSchema = Type.Object(
  { en: Type.String(), zh: Type.String(), oots: Type.Optional(Type.String()) },
  closed,
)

export const problemSchema = Type.Object(
  {
    type: Type.String({ description: 'urn:datarun:failure: and the code' }),
    title: Type.String({ description: 'What went wrong, in English' }),
    titleZh: Type.String({ description: '错误说明（中文）' }),
    status: Type.Integer(),
    code: Type.String({ description: 'Stable code; see docs/failures.md' }),
    retry: Type.Boolean({ description: 'Whether the same call can succeed later, unchanged' }),
    detail: Type.Optional(Type.String({ description: 'The place and the way out' })),
    detailZh: Type.Optional(Type.String({ description: '出错位置与解决办法（中文）' })),
    pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the request' })),
    violations: Type.Optional(Type.Array(violationSchema, { description: 'Every spot known to be wrong' })),
    converted: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'A refused schema of another draft: the same, as it would be taken',
        },
      ),
    ),
    request: Type.String({ description: 'Id of this request in the operators’ log' }),
    compatibility: Type.Optional(
      Type.Object(
        {},
        {
          additionalProperties: true,
          description: 'A refused schema: compared with which versions, and what was found',
        },
      ),
    ),
    wayOut: Type.Optional(wayOutSchema),
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

export { type Problem, problemOf, refuse } from '../../../contract/problem.ts'

const problem = {
  description: 'A problem (RFC 9457)',
  content: { 'application/problem+json': { schema: { $ref: 'Problem#' } } },
}

/** A good answer that is not JSON. `T` is what the handler sends. */
export const plainAnswer = <T = string>(mediaType: string, description: string, format?: 'binary') => ({
  description,
  content: { [mediaType]: { schema: Type.Unsafe<T>({ type: 'string', ...(format && { format }) }) } },
})

/** The `response` part of a route's schema: the good answers, and the problem for all others. */
export const answers = <T extends Record<number, unknown>>(good: T) => ({ ...good, '4xx': problem, '5xx': problem })
