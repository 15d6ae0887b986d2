import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noSubject } from '../../platform/identity/caller-lacks.ts'
import { answerCorrection } from './answer-correction.ts'
import { askCorrection } from './ask-correction.ts'
import { answerOf, correctionAnswer, correctionBody, correctionReply } from './correction.ts'
import { correctionsOf, ownCorrections } from './list-corrections.ts'
import type { CorrectionNeeds } from './needs.ts'

const dataset = Type.Object({ id: Type.String({ maxLength: 110 }) }, closed)

export const correctionRoutes =
  (needs: CorrectionNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/me/corrections',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'Say what is wrong in a record about me; the source department answers',
          body: correctionBody,
          response: answers({ 201: correctionAnswer }),
        },
      },
      async (request, reply) => {
        const { caller, body } = request
        if (!caller.subject) return refuse(reply, noSubject)
        const outcome = await askCorrection(needs, caller, caller.subject, body)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.code(201).send(answerOf(outcome, false))
      },
    )

    app.get(
      '/v1/me/corrections',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'What I said is wrong, and the answers; newest first',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(correctionAnswer) }),
        },
      },
      async (request, reply) => {
        const { caller, query } = request
        if (!caller.subject) return refuse(reply, noSubject)
        const { subject } = caller
        const page = await readPage(query, {
          isPosition: isTextPosition,
          list: (before, limit) => ownCorrections(needs, caller, subject, { before, limit }),
          positionOf: ({ id }) => id,
          answerOf: item => answerOf(item, false),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/datasets/:id/corrections',
      {
        config: { access: 'read-corrections' },
        schema: {
          tags: ['catalogue'],
          summary: 'What subjects say is wrong in the records of an own dataset, newest first',
          params: dataset,
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(correctionAnswer) }),
        },
      },
      async (request, reply) => {
        const own = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(own)) return refuse(reply, own)
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (before, limit) => correctionsOf(needs, request.caller, own.id, { before, limit }),
          positionOf: ({ id }) => id,
          answerOf: item => answerOf(item, true),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.post(
      '/v1/datasets/:id/corrections/:correction/answer',
      {
        config: { access: 'answer-correction' },
        schema: {
          tags: ['catalogue'],
          summary: 'Tell the subject what was found; a corrected record comes by Kafka first, and is named here',
          params: Type.Object({ ...dataset.properties, correction: Type.String({ maxLength: 40 }) }, closed),
          body: correctionReply,
          response: answers({ 200: correctionAnswer }),
        },
      },
      async (request, reply) => {
        const own = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(own)) return refuse(reply, own)
        const place = { dataset: own.id, id: request.params.correction }
        const outcome = await answerCorrection(needs, request.caller, place, request.body)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(answerOf(outcome, true))
      },
    )
  }
