import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { failure } from '../../contract/failure.ts'
import { closed } from '../../contract/shapes.ts'
import { answers, refuse } from '../platform/http/problem.ts'
import type { Plugin } from '../platform/http/server.ts'
import { noDepartment } from '../platform/identity/caller-lacks.ts'
import { findReceipt } from './find-receipt.ts'
import type { PullNeeds } from './needs.ts'
import type { Desk } from './open-desk.ts'
import { pullBody } from './pull.ts'
import { logAnswer, pullAnswer } from './pull-answer.ts'
import { type Told, tell } from './told-pull.ts'

export const pullRoutes =
  (needs: PullNeeds, desk: Desk): Plugin =>
  async app => {
    app.post(
      '/v1/pulls',
      {
        config: { access: 'pull', keepsTime: true },
        schema: {
          tags: ['pulls'],
          summary: 'Ask for the records that others hold, for one case',
          body: pullBody,
          response: answers({ 200: pullAnswer }),
        },
      },
      async ({ id, caller, body }, reply) => {
        if (!caller.department) return refuse(reply, noDepartment)
        return sendTold(reply, tell(id, body, await desk.pull(id, caller, body)))
      },
    )

    app.get(
      '/v1/pulls/:id',
      {
        config: { access: 'pull' },
        schema: {
          tags: ['pulls'],
          summary: 'The receipt of an own pull again, never the data',
          params: Type.Object({ id: Type.String({ pattern: '^[0-9A-HJKMNP-TV-Z]{26}$' }) }, closed),
          response: answers({ 200: Type.Object({ pull: Type.String(), log: logAnswer }, closed) }),
        },
      },
      async (request, reply) => {
        const log = await findReceipt(needs, request.caller, request.params.id)
        return log ? reply.send({ pull: request.params.id, log }) : refuse(reply, failure('NOT_FOUND'))
      },
    )
  }

/** Without the schema's serializer, which made the door 5 µs dearer: test/services/exchange/pull/answers.test.ts holds the answers to it. */
function sendTold(reply: FastifyReply, { status, retry, text }: Told): FastifyReply {
  if (retry) reply.header('retry-after', '1')
  const type = status === 200 ? 'application/json; charset=utf-8' : 'application/problem+json'
  return reply.code(status).type(type).send(text)
}
