import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { type CodeException, exceptionAnswer, exceptionBody } from './code-exception.ts'
import { listExceptions } from './code-exception-store.ts'
import { nameException, withdrawException } from './name-code-exception.ts'
import type { CatalogueNeeds } from './needs.ts'

const tags = ['catalogue']
const answerOf = ({ namedBy: _, namedAt, ...plain }: CodeException) => ({ ...plain, namedAt: namedAt.toISOString() })

/** Codes stand in no address: some organisations are one person. */
export const codeExceptionRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/code-exceptions',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags,
          summary: 'Credit codes that fail their check and are lawful all the same, with the reason',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(exceptionAnswer) }),
        },
      },
      async (request, reply) => {
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (after, limit) => listExceptions(needs.pool, after, limit + 1),
          positionOf: ({ code }) => code,
          answerOf,
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.post(
      '/v1/code-exceptions',
      {
        config: { access: 'name-code-exception' },
        schema: {
          tags,
          summary: 'Name a code as lawful: then it is accepted at every door; the same code again changes the reason',
          body: exceptionBody,
          response: answers({ 200: exceptionAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await nameException(needs, request.caller, request.body)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(answerOf(outcome))
      },
    )

    app.post(
      '/v1/code-exceptions/withdrawals',
      {
        config: { access: 'name-code-exception' },
        schema: {
          tags,
          summary: 'Take it back, with the reason: what is stored stays, nothing more is accepted under it',
          body: exceptionBody,
          response: answers({ 200: Type.Object({ code: Type.String() }, closed) }),
        },
      },
      async (request, reply) => {
        const refusal = await withdrawException(needs, request.caller, request.body)
        return refusal ? refuse(reply, refusal) : reply.send({ code: request.body.code })
      },
    )
  }
