import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { type Matter, matterBody, matterSchema } from './matter.ts'
import type { CatalogueNeeds } from './needs.ts'
import { putMatter } from './put-matter.ts'

const params = Type.Object({ id: matterSchema.properties.id }, closed)

export const matterRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/matters',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['matters'],
          summary: 'Public services and the proofs they require',
          response: answers({ 200: Type.Object({ items: Type.Array(matterSchema) }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ items: needs.catalogue.matters() }),
    )

    app.put(
      '/v1/matters/:id',
      {
        config: { access: 'enter-matter' },
        schema: {
          tags: ['matters'],
          summary: 'Register a matter or change what it requires',
          params,
          body: matterBody,
          response: answers({ 200: matterSchema }),
        },
      },
      async (request, reply) => {
        const matter: Matter = { id: request.params.id, ...request.body }
        const outcome = await putMatter(needs, request.caller, matter)
        if (isFailure(outcome)) return refuse(reply, outcome)
        return reply.send(outcome)
      },
    )
  }
