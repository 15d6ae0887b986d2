import Type from 'typebox'
import { isFailure } from '../../contract/failure.ts'
import { answers, refuse } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import { acceptClock } from './continuation.ts'

const closed = { additionalProperties: false }
const accepted = Type.Object(
  {
    step: Type.Literal('clock'),
    index: Type.Integer({ description: 'Of the entry that notes it' }),
    newest: Type.String({ format: 'date-time', description: 'Time of the newest entry before' }),
  },
  closed,
)
const body = Type.Object(
  {
    step: Type.Literal('clock'),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\x00-\\x1f]*$' }),
  },
  closed,
)

export const continuationRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.post(
      '/v1/access-log/continuations',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['access log'],
          summary: 'Let the log go on after a clock ran ahead: entries may be earlier than the newest one again',
          body,
          response: answers({ 200: accepted }),
        },
      },
      async (request, reply) => {
        const outcome = await acceptClock(hub, request.caller, request.body.reason)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )
  }
