/** This process's settings, for operators. */

import Type from 'typebox'
import { type Declarations, variableOf } from '../../../contract/settings.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'

const setting = Type.Object(
  {
    name: Type.String({ description: 'Environment variable' }),
    help: Type.String(),
    value: Type.Optional(Type.String({ description: 'Absent for secrets' })),
    secret: Type.Boolean(),
  },
  closed,
)

export const operationRoutes =
  (declarations: Declarations, settings: Readonly<Record<string, unknown>>): Plugin =>
  async app => {
    app.get(
      '/v1/settings',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['operation'],
          summary: 'The settings that this process runs with; secrets are named, never told',
          response: answers({ 200: Type.Object({ items: Type.Array(setting) }, closed) }),
        },
      },
      async (_request, reply) =>
        reply.send({
          items: Object.entries(declarations).map(([name, { help, secret = false }]) => ({
            name: variableOf(name),
            help,
            secret,
            ...(!secret && { value: String(settings[name]) }),
          })),
        }),
    )
  }
