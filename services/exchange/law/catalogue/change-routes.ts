import Type from 'typebox'
import { failure, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { Act } from '../../platform/identity/acts.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { answerOf, type ChangeStep, changeAnswer, changeStates, maySee } from './change.ts'
import { listChanges, readChange } from './change-store.ts'
import type { CatalogueNeeds } from './needs.ts'
import { answerChange } from './review-change.ts'

const params = Type.Object({ id: Type.String({ maxLength: 40 }) }, closed)
const reason = Type.String({ minLength: 2, maxLength: 2000 })

const steps: Record<ChangeStep, { summary: string; access: Act; body: object }> = {
  publish: { summary: 'Publish a change that was reviewed', access: 'publish-change', body: {} },
  return: { summary: 'Give a change back, with the reason', access: 'publish-change', body: { reason } },
  withdraw: { summary: 'Take back a change that is in review', access: 'withdraw-change', body: {} },
}

export const changeRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/catalogue-changes',
      {
        config: { access: 'read-changes' },
        schema: {
          tags: ['catalogue'],
          summary: 'Changes of the catalogue, newest first; a steward sees those of the own department',
          querystring: Type.Object({ state: Type.Optional(Type.Enum([...changeStates])), ...pageQuery }, closed),
          response: answers({ 200: pageOf(changeAnswer) }),
        },
      },
      async (request, reply) => {
        const { state } = request.query
        const filter = { ...scopeOf(request.caller), ...(state && { state }) }
        const now = needs.now()
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (before, limit) => listChanges(needs.pool, { ...filter, ...(before && { before }) }, limit + 1),
          positionOf: ({ id }) => id,
          answerOf: change => answerOf(change, now),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/catalogue-changes/:id',
      {
        config: { access: 'read-changes' },
        schema: { tags: ['catalogue'], summary: 'One change', params, response: answers({ 200: changeAnswer }) },
      },
      async (request, reply) => {
        const change = await readChange(needs.pool, request.params.id)
        if (!change || !maySee(request.caller, change)) return refuse(reply, failure('NOT_FOUND'))
        return reply.send(answerOf(change, needs.now()))
      },
    )

    for (const [step, { summary, access, body }] of Object.entries(steps) as [
      ChangeStep,
      (typeof steps)['publish'],
    ][]) {
      app.post(
        `/v1/catalogue-changes/:id/${step}`,
        {
          config: { access },
          // A step that needs no words needs no body.
          preValidation: async request => {
            request.body ??= {}
          },
          schema: {
            tags: ['catalogue'],
            summary,
            params,
            body: Type.Object(body as Record<string, typeof reason>, closed),
            response: answers({ 200: changeAnswer }),
          },
        },
        async (request, reply) => {
          const { id } = request.params as { id: string }
          const outcome = await answerChange(needs, request.caller, {
            id,
            step,
            ...(request.body as { reason?: string }),
          })
          return isFailure(outcome) ? refuse(reply, outcome) : reply.code(200).send(answerOf(outcome, needs.now()))
        },
      )
    }
  }

/** A steward without a department sees none. */
const scopeOf = ({ roles, department }: Caller): { department?: string } =>
  roles.includes('operator') || roles.includes('auditor') ? {} : { department: department ?? '' }
