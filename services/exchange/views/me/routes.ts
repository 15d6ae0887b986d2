import Type from 'typebox'
import { roles } from '../../../contract/role.ts'
import { closed } from '../../../contract/shapes.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import { answers } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'

export const identityRoutes: Plugin = async app => {
  app.get(
    '/v1/me',
    {
      config: { access: 'see-oneself' },
      schema: {
        tags: ['identity'],
        summary: 'Who the hub takes me for',
        response: answers({
          200: Type.Object(
            {
              id: Type.String(),
              kind: Type.Enum(['system', 'person']),
              roles: Type.Array(Type.Enum([...roles])),
              department: Type.Optional(Type.String()),
              subject: Type.Optional(subjectSchema),
            },
            closed,
          ),
        }),
      },
    },
    async (request, reply) => {
      const { id, kind, roles: held, department, subject: own } = request.caller
      const known = { ...(department && { department }), ...(own && { subject: own }) }
      return reply.header('cache-control', 'no-store').send({ id, kind, roles: [...held], ...known })
    },
  )
}
