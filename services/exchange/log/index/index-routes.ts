import Type from 'typebox'
import { failure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { rebuildIndex } from './build-index.ts'
import { checkIndex } from './check-index.ts'
import { readIndexState } from './index-store.ts'

const place = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
const altered = Type.Optional(
  Type.Integer({ description: 'The first entry found of which the index says other than the log' }),
)
const reach = {
  position: Type.Integer({ description: 'Entries below it are in the index' }),
  size: Type.Integer({ description: 'Entries of the log' }),
}
const state = Type.Object({ ...reach, altered }, closed)
const checked = Type.Object(
  { ...reach, altered, next: Type.Integer({ description: 'Where the check goes on, until it has reached position' }) },
  closed,
)

/** Steps of one check: a quarter of a second, so that others come in between. */
const stepsAtOnce = 4

/** No entry's content leaves by these routes. */
export const indexRoutes =
  ({ pool }: LogNeeds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log/index',
      {
        config: { access: 'check-log-index' },
        schema: { ...schema, summary: 'How far the search index reaches', response: answers({ 200: state }) },
      },
      async (_, reply) => {
        const found = await readIndexState(pool)
        if (!found) return refuse(reply, failure('NOT_FOUND'))
        const { position, size, minimum, altered } = found
        return reply.send({ position: Math.max(position, minimum), size, ...(altered !== null && { altered }) })
      },
    )

    app.post(
      '/v1/access-log/index/checks',
      {
        config: { access: 'check-log-index' },
        schema: {
          ...schema,
          operationId: 'checkLogIndex',
          summary: 'Hold a part of the search index against the log',
          body: Type.Object({ from: place('Entry at which the part begins: 0, then `next`') }, closed),
          response: answers({ 200: checked }),
        },
      },
      async (request, reply) => reply.send(await checkIndex(pool, request.body.from, stepsAtOnce)),
    )

    app.post(
      '/v1/access-log/index/rebuilds',
      {
        config: { access: 'operate' },
        schema: {
          ...schema,
          operationId: 'rebuildLogIndex',
          summary: 'Make the search index anew from the log; searches read the log meanwhile',
          response: answers({ 202: state }),
        },
      },
      async (_, reply) => {
        await rebuildIndex(pool)
        const { position, size } = (await readIndexState(pool))!
        return reply.code(202).send({ position, size })
      },
    )
  }
