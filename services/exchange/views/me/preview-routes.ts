import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noSubject } from '../../platform/identity/caller-lacks.ts'
import type { MeNeeds } from './needs.ts'
import { previewConsent } from './preview-consent.ts'

const value = Type.Object({ pointer: Type.String(), text: Type.String() }, closed)
const previewAnswer = Type.Object(
  {
    datasets: Type.Array(Type.Object({ dataset: Type.String(), records: Type.Array(Type.Array(value)) }, closed)),
  },
  closed,
)

export const previewRoutes =
  (needs: MeNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/consents/:id/preview',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'What the department would receive: my own records, cut down to the fields of this consent',
          params: Type.Object({ id: Type.String({ maxLength: 40 }) }, closed),
          response: answers({ 200: previewAnswer }),
        },
      },
      async (request, reply) => {
        const { caller, params } = request
        if (!caller.subject) return refuse(reply, noSubject)
        const outcome = await previewConsent(needs, caller, caller.subject, params.id)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.header('cache-control', 'no-store').send(outcome)
      },
    )
  }
