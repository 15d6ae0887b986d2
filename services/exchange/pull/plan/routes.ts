import Type from 'typebox'
import { failure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { matterSchema } from '../../law/catalogue/matter.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { PullNeeds } from '../needs.ts'
import { planAnswer, planOf } from './plan.ts'
import { readOwnRights } from './read-own-rights.ts'

const params = Type.Object({ id: matterSchema.properties.id }, closed)

export const planRoutes =
  (needs: PullNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/matters/:id/plan',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['matters'],
          summary: 'What the matter’s department may ask for now, and which papers still have to be carried; no data',
          params,
          querystring: Type.Object({ subject: Type.Enum(['person', 'organisation'], { default: 'person' }) }, closed),
          response: answers({ 200: planAnswer }),
        },
      },
      async (request, reply) => {
        const matter = needs.catalogue.matter(request.params.id)
        if (!matter) return refuse(reply, failure('NOT_FOUND'))
        const { catalogue, pool: db } = needs
        const rights = await readOwnRights({ db, catalogue, now: needs.now() }, matter, request.query.subject)
        return reply.send(planOf(matter, rights))
      },
    )
  }
