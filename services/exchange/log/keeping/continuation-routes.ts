import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { acceptClock, acceptRestore } from './continue-log.ts'

const index = Type.Integer({ description: 'Of the entry that notes it' })
const accepted = Type.Union([
  Type.Object(
    {
      step: Type.Literal('clock'),
      index,
      newest: Type.String({ format: 'date-time', description: 'Time of the newest entry before' }),
    },
    closed,
  ),
  Type.Object(
    {
      step: Type.Literal('restore'),
      index,
      givenUp: Type.Object(
        { size: Type.Integer(), root: Type.String() },
        { ...closed, description: 'The checkpoint that was signed, and that the database does not hold' },
      ),
    },
    closed,
  ),
])
const body = Type.Object(
  {
    step: Type.Enum(['clock', 'restore']),
    reason: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\x00-\\x1f]*$' }),
  },
  closed,
)

const acts = { clock: acceptClock, restore: acceptRestore }

export const continuationRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/access-log/continuations',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['access log'],
          summary:
            'Let the log go on after a clock ran ahead (clock), or after a restore from an older backup (restore)',
          body,
          response: answers({ 200: accepted }),
        },
      },
      async (request, reply) => {
        const outcome = await acts[request.body.step](needs, request.caller, request.body.reason)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )
  }
