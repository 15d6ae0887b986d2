import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { attemptOf, idempotencyHeaders } from '../../platform/http/answer-once.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noSubject } from '../../platform/identity/caller-lacks.ts'
import type { ConsentNeeds } from './needs.ts'
import { readOwnRepresentations } from './read-representations.ts'
import { registerRepresentation, stopRepresentation } from './register-representation.ts'
import { answerOf, representationAnswer, representationBody } from './representation-answer.ts'

export const representationRoutes =
  (needs: ConsentNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/representations',
      {
        config: { access: 'register-representation' },
        schema: {
          tags: ['consents'],
          summary: 'Register a guardian, a legal representative or a power of attorney, after seeing the paper',
          headers: idempotencyHeaders,
          body: representationBody,
          response: answers({ 201: representationAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await registerRepresentation(needs, request.caller, request.body, attemptOf(request))
        return isFailure(outcome) ? refuse(reply, outcome) : reply.code(201).send(outcome.body)
      },
    )

    app.post(
      '/v1/representations/:id/end',
      {
        config: { access: 'end-representation' },
        schema: {
          tags: ['consents'],
          summary: 'End a representation at once',
          params: Type.Object({ id: Type.String({ maxLength: 40 }) }, closed),
          response: answers({ 200: representationAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await stopRepresentation(needs, request.caller, request.params.id)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )

    app.get(
      '/v1/me/representations',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'Who may act for me, and for whom I may act',
          response: answers({ 200: Type.Object({ items: Type.Array(representationAnswer) }, closed) }),
        },
      },
      async (request, reply) => {
        const { subject } = request.caller
        if (!subject) return refuse(reply, noSubject)
        const found = await readOwnRepresentations(needs, request.caller, subject)
        return reply.send({ items: found.map(answerOf) })
      },
    )
  }
