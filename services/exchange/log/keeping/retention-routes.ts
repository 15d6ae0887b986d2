import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { hold, lift } from './prune-log.ts'
import { type Hold, readHolds } from './retention-store.ts'

const access = 'read-access-log'
const holdId = Type.Object({ id: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,60}$' }) }, closed)
const holdBody = {
  fromIndex: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description: 'Entries from here on stay' }),
  reason: Type.String({ minLength: 1, maxLength: 500, pattern: '^[^\\x00-\\x1f]*$' }),
}
const holdAnswer = Type.Object(
  {
    id: Type.String(),
    ...holdBody,
    placedBy: Type.String(),
    placedAt: Type.String({ format: 'date-time' }),
    liftedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
  },
  closed,
)

const answerOf = ({ placedAt, liftedAt, ...rest }: Hold) => ({
  ...rest,
  placedAt: placedAt.toISOString(),
  liftedAt: liftedAt?.toISOString() ?? null,
})

export const retentionRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log/holds',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'Legal holds, also those that were lifted',
          response: answers({ 200: Type.Object({ items: Type.Array(holdAnswer) }, closed) }),
        },
      },
      async (_, reply) => reply.send({ items: (await readHolds(needs.pool)).map(answerOf) }),
    )

    app.put(
      '/v1/access-log/holds/:id',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'Keep every entry from an index on, whatever its age',
          params: holdId,
          body: Type.Object(holdBody, closed),
          response: answers({ 200: holdAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await hold(needs, request.caller, { ...request.params, ...request.body })
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(answerOf(outcome))
      },
    )

    app.delete(
      '/v1/access-log/holds/:id',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'Lift a legal hold',
          params: holdId,
          response: answers({ 200: holdAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await lift(needs, request.caller, request.params.id)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(answerOf(outcome))
      },
    )
  }
