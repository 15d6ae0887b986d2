import Type from 'typebox'
import { failure, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { attemptOf, idempotencyHeaders } from '../../platform/http/answer-once.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { listChanges } from '../catalogue/change-store.ts'
import { type Filter, listAgreements, listOpen, readAgreement } from './agreement-store.ts'
import { agreementAnswer, answerOf } from './answer.ts'
import type { AgreementNeeds } from './needs.ts'
import { requestBody } from './request.ts'
import { requestAgreement } from './request-agreement.ts'
import { agreementStates } from './state.ts'
import { maySee } from './step.ts'
import { agreementStepRoutes } from './step-routes.ts'
import { worklistOf, workSchema } from './worklist.ts'

const listQuery = Type.Object(
  {
    dataset: Type.Optional(Type.String({ minLength: 1, maxLength: 110 })),
    department: Type.Optional(Type.String({ minLength: 1, maxLength: 41, description: 'The department that asks' })),
    source: Type.Optional(
      Type.String({ minLength: 1, maxLength: 41, description: 'The department that is the source' }),
    ),
    state: Type.Optional(Type.Enum([...agreementStates], { description: 'As it stands now' })),
    ...pageQuery,
  },
  closed,
)
/** More open requests than a department can work through in a year. */
const longestWorklist = 500

export const agreementRoutes =
  (needs: AgreementNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/agreements',
      {
        config: { access: 'ask-for-agreement' },
        schema: {
          tags: ['agreements'],
          summary: 'Ask another department to share (Order 809, Art 20)',
          headers: idempotencyHeaders,
          body: requestBody,
          response: answers({ 201: agreementAnswer }),
        },
      },
      async (request, reply) => {
        const outcome = await requestAgreement(needs, request.caller, request.body, attemptOf(request))
        return isFailure(outcome) ? refuse(reply, outcome) : reply.code(201).send(outcome.body)
      },
    )

    app.get(
      '/v1/agreements',
      {
        config: { access: 'read-agreements' },
        schema: {
          tags: ['agreements'],
          summary: 'Share requests and agreements of the own department, newest first',
          querystring: listQuery,
          response: answers({ 200: pageOf(agreementAnswer) }),
        },
      },
      async (request, reply) => {
        const { cursor: _, limit: __, ...filter } = request.query
        const now = needs.now()
        const party = partyOf(request.caller)
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (before, limit) => {
            if (party === '') return []
            const wanted: Filter = { ...filter, ...(party && { party }), ...(before && { before }) }
            return listAgreements(needs.pool, wanted, limit + 1, now)
          },
          positionOf: ({ id }) => id,
          answerOf: agreement => answerOf(agreement, now),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/agreements/:id',
      {
        config: { access: 'read-agreements' },
        schema: {
          tags: ['agreements'],
          summary: 'One agreement, with its history and its clock',
          params: Type.Object({ id: Type.String({ maxLength: 40 }) }, closed),
          response: answers({ 200: agreementAnswer }),
        },
      },
      async (request, reply) => {
        const agreement = await readAgreement(needs.pool, request.params.id)
        if (!agreement || !maySee(request.caller, agreement)) return refuse(reply, failure('NOT_FOUND'))
        return reply.send(answerOf(agreement, needs.now()))
      },
    )

    app.get(
      '/v1/worklist',
      {
        config: { access: 'read-worklist' },
        schema: {
          tags: ['agreements'],
          summary: 'What the own department has to do, most urgent first',
          description: `In one answer: of ${longestWorklist} open agreements at most, and as many changes in review. What lies beyond follows once these are done.`,
          response: answers({ 200: Type.Object({ items: Type.Array(workSchema) }, closed) }),
        },
      },
      async (request, reply) => {
        const party = partyOf(request.caller)
        const open = party === '' ? [] : await listOpen(needs.pool, party, longestWorklist)
        const inReview = await listChanges(needs.pool, { state: 'in-review' }, longestWorklist)
        return reply.send({ items: worklistOf(request.caller, open, inReview, needs.now()) })
      },
    )

    await app.register(agreementStepRoutes(needs))
  }

/** The department whose agreements a caller may list; undefined is all of them, '' none. */
const partyOf = ({ roles, department }: Caller): string | undefined =>
  roles.some(role => role === 'operator' || role === 'auditor') ? undefined : (department ?? '')
