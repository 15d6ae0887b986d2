import type { FastifyReply } from 'fastify'
import Type from 'typebox'
import { type Failure, type FailureCode, failure, inWords, isFailure } from '../../contract/failure.ts'
import { closed } from '../../contract/shapes.ts'
import { answers, problemOf, refuse } from '../platform/http/problem.ts'
import type { Plugin } from '../platform/http/server.ts'
import { noDepartment } from '../platform/identity/caller-lacks.ts'
import { findReceipt } from './find-receipt.ts'
import type { PullNeeds } from './needs.ts'
import type { Desk } from './open-desk.ts'
import { pullBody } from './pull.ts'
import { logAnswer, type PullAnswer, pullAnswer } from './pull-answer.ts'

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
        const answer = await desk.pull(id, caller, body)
        if (isFailure(answer)) return refuse(reply, answer)
        const refusal = body.dataset === undefined ? undefined : refusalOf(answer)
        if (!refusal) return sendText(reply.type(json), answer)
        const { pull, log, results } = answer
        const problem = { ...problemOf(refusal, id), status: 403, wayOut: results[0]?.wayOut, pull, log }
        return sendText(reply.code(403).type('application/problem+json'), problem)
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

const json = 'application/json; charset=utf-8'

/** Without the schema's serializer, which made the door 5 µs dearer: test/services/exchange/pull/answers.test.ts holds the answers to it. */
const sendText = (reply: FastifyReply, answer: object) => reply.send(JSON.stringify(answer))

/** A single dataset that was refused is a 403 with the refusal's own code; in a matter it stands among the results. */
function refusalOf({ results: [result] }: PullAnswer): Failure | undefined {
  if (result?.decision !== 'refuse') return undefined
  const { code, detail = '', detailZh = '' } = result
  return failure(code as FailureCode, inWords(detail, detailZh))
}
