import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { isNumberPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse, violationSchema } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { IngestNeeds } from './needs.ts'
import { listRejections } from './rejection-store.ts'
import { replayRejection } from './replay-rejection.ts'
import { skipUnreadable } from './skip-unreadable.ts'

const rejection = Type.Object(
  {
    id: Type.Integer(),
    dataset: Type.String(),
    partition: Type.Integer(),
    offset: Type.Integer(),
    code: Type.String(),
    pointer: Type.Union([Type.String(), Type.Null()]),
    detail: Type.Union([Type.String(), Type.Null()]),
    violations: Type.Union([Type.Array(violationSchema), Type.Null()]),
    rejectedAt: Type.String({ format: 'date-time' }),
    replayedAt: Type.Union([Type.String({ format: 'date-time' }), Type.Null()]),
    copy: Type.Enum(['waiting', 'published', 'impossible'], {
      description: 'Of its copy on the rejected topic; impossible: the topic takes none',
    }),
  },
  closed,
)
const replayed = Type.Object({ outcome: Type.Union([Type.Literal('stored'), Type.Literal('duplicate')]) }, closed)
const params = Type.Object({ id: Type.String({ maxLength: 110 }) }, closed)
const place = Type.Object(
  { ...params.properties, rejection: Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER }) },
  closed,
)

export const ingestRoutes =
  (needs: IngestNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/datasets/:id/rejections',
      {
        config: { access: 'read-rejections' },
        schema: {
          tags: ['ingest'],
          summary: 'What was rejected, newest first: reason and position, never the content',
          params,
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(rejection) }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const page = await readPage(request.query, {
          isPosition: isNumberPosition,
          list: (before, limit) =>
            listRejections(needs.pool, { dataset: dataset.id, limit: limit + 1, ...(before && { before }) }),
          positionOf: row => row.id,
          answerOf: ({ rejectedAt, replayedAt, ...row }) => ({
            ...row,
            rejectedAt: rejectedAt.toISOString(),
            replayedAt: replayedAt?.toISOString() ?? null,
          }),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.post(
      '/v1/datasets/:id/rejections/:rejection/replay',
      {
        config: { access: 'replay-rejections' },
        schema: {
          tags: ['ingest'],
          summary: 'Take a rejected message in after all, now that its reason is gone (say, its schema is registered)',
          params: place,
          response: answers({ 200: replayed }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const outcome = await replayRejection(needs, request.caller, dataset, request.params.rejection)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send({ outcome })
      },
    )

    app.post(
      '/v1/datasets/:id/rejections/:rejection/skip',
      {
        config: { access: 'skip-unreadable' },
        schema: {
          tags: ['ingest'],
          summary: 'Go on behind a batch that cannot be unpacked (BATCH_UNREADABLE); its records are not taken in',
          params: place,
          response: answers({ 200: Type.Object({ outcome: Type.Literal('skipped') }, closed) }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const outcome = await skipUnreadable(needs, request.caller, dataset, request.params.rejection)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send({ outcome })
      },
    )
  }
