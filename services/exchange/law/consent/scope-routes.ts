import Type from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { answers } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { agreedOnConsent } from '../agreement/agreement-store.ts'
import type { ConsentNeeds } from './needs.ts'

const word = (maxLength: number, description: string) => Type.String({ minLength: 1, maxLength, description })

export const scopeRoutes =
  (needs: ConsentNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/consent-scope',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary:
            'What a consent can cover: the fields that a department has agreed on for a purpose; none where it has not',
          querystring: Type.Object(
            {
              department: word(41, 'Who may use the data'),
              purpose: word(61, 'Code of the purpose'),
              dataset: word(110, 'The dataset'),
            },
            closed,
          ),
          response: answers({ 200: Type.Object({ fields: Type.Array(Type.String()) }, closed) }),
        },
      },
      async (request, reply) => {
        const { department, purpose, dataset } = request.query
        const agreed = await agreedOnConsent(needs.pool, department, purpose, needs.now())
        return reply.send({ fields: [...(agreed.get(dataset) ?? [])] })
      },
    )
  }
