import Type from 'typebox'
import { failure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { searchEntries } from './search-log.ts'

const entry = Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'schemas/access-log/' })

export const entryRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/access-log/entries/:index',
      {
        config: { access: 'read-access-log' },
        schema: {
          tags: ['access log'],
          summary: 'One entry by its index; the reading is logged as a search',
          params: Type.Object({ index: Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER - 1 }) }, closed),
          response: answers({ 200: entry }),
        },
      },
      async (request, reply) => {
        const { index } = request.params
        const found = await searchEntries(needs, request.caller, {}, { before: index + 1, limit: 2 })
        const wanted = found.find(one => one.index === index)
        return wanted ? reply.send(JSON.parse(wanted.entry) as object) : refuse(reply, failure('NOT_FOUND'))
      },
    )
  }
