import Type from 'typebox'
import { failure, isFailure } from '../../../contract/failure.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { answerOf, changeAnswer } from './change.ts'
import { changeRoutes } from './change-routes.ts'
import { type Dataset, datasetSchema, statedSharingSchema } from './dataset.ts'
import type { CatalogueNeeds } from './needs.ts'
import { isStanding, putDataset } from './put-dataset.ts'
import { proposeChange } from './review-change.ts'

const datasetId = Type.Object({ id: Type.String({ maxLength: 110 }) }, { additionalProperties: false })
const { id: _, ...bodyFields } = datasetSchema.properties
const datasetBody = Type.Object({ ...bodyFields, sharing: statedSharingSchema }, { additionalProperties: false })

export const catalogueRoutes =
  (needs: CatalogueNeeds): Plugin =>
  async app => {
    app.put(
      '/v1/datasets/:id',
      {
        config: { access: 'enter-dataset' },
        schema: {
          tags: ['catalogue'],
          summary: 'Register a dataset or change its entry; what a steward sends is reviewed first (202)',
          params: Type.Object({ id: datasetSchema.properties.id }, { additionalProperties: false }),
          body: datasetBody,
          response: answers({ 200: datasetSchema, 202: changeAnswer }),
        },
      },
      async (request, reply) => {
        const dataset = { id: request.params.id, ...request.body } as Dataset
        if (request.caller.roles.includes('operator') || isStanding(needs, dataset)) {
          const outcome = await putDataset(needs, request.caller, dataset)
          return isFailure(outcome) ? refuse(reply, outcome) : reply.code(200).send(outcome)
        }
        const change = await proposeChange(needs, request.caller, dataset)
        return isFailure(change) ? refuse(reply, change) : reply.code(202).send(answerOf(change, needs.now()))
      },
    )

    await app.register(changeRoutes(needs))

    app.get(
      '/v1/datasets',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['catalogue'],
          summary: 'Search the catalogue',
          querystring: Type.Object(
            {
              q: Type.Optional(Type.String({ minLength: 1, maxLength: 100, description: 'Part of an id or a title' })),
              department: Type.Optional(Type.String({ minLength: 1, maxLength: 41, description: 'The source' })),
              ...pageQuery,
            },
            { additionalProperties: false },
          ),
          response: answers({ 200: pageOf(datasetSchema) }),
        },
      },
      async (request, reply) => {
        const { q, department } = request.query
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (after, limit) =>
            needs.catalogue
              .datasets()
              .filter(dataset => matches(dataset, q) && (!department || dataset.department === department))
              .filter(({ id }) => !after || id > after)
              .slice(0, limit + 1),
          positionOf: ({ id }) => id,
          answerOf: dataset => dataset,
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/datasets/:id',
      {
        config: { access: 'read-catalogue' },
        schema: {
          tags: ['catalogue'],
          summary: 'Read a catalogue entry',
          params: datasetId,
          response: answers({ 200: datasetSchema }),
        },
      },
      async (request, reply) => {
        const dataset = needs.catalogue.dataset(request.params.id)
        return dataset ? reply.send(dataset) : refuse(reply, failure('NOT_FOUND'))
      },
    )
  }

const matches = ({ id, title }: Dataset, q = '') =>
  [id, title.zh, title.en.toLowerCase()].some(text => text.includes(q.toLowerCase()))
