import Type from 'typebox'
import { failure, isFailure } from '../../contract/failure.ts'
import { cutPage, pageOf, pageQuery, readCursor } from '../http/page.ts'
import { answers, refuse } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'
import type { Role } from '../identity/caller.ts'
import { type Dataset, datasetSchema, statedSharingSchema } from './dataset.ts'
import { putDataset } from './put-dataset.ts'

const all: Role[] = ['operator', 'steward', 'auditor', 'citizen', 'system']
const datasetId = Type.Object({ id: Type.String({ maxLength: 110 }) }, { additionalProperties: false })
const { id: _, ...bodyFields } = datasetSchema.properties
const datasetBody = Type.Object({ ...bodyFields, sharing: statedSharingSchema }, { additionalProperties: false })

export const catalogueRoutes =
  (hub: Hub): Plugin =>
  async app => {
    app.put(
      '/v1/datasets/:id',
      {
        config: { access: ['operator', 'steward'] },
        schema: {
          tags: ['catalogue'],
          summary: 'Register a dataset or change its entry',
          params: Type.Object({ id: datasetSchema.properties.id }, { additionalProperties: false }),
          body: datasetBody,
          response: answers({ 200: datasetSchema }),
        },
      },
      async (request, reply) => {
        const outcome = await putDataset(hub, request.caller, { id: request.params.id, ...request.body } as Dataset)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )

    app.get(
      '/v1/datasets',
      {
        config: { access: all },
        schema: {
          tags: ['catalogue'],
          summary: 'Search the catalogue',
          querystring: Type.Object(
            {
              q: Type.Optional(Type.String({ maxLength: 100, description: 'Part of an id or a title' })),
              ...pageQuery,
            },
            { additionalProperties: false },
          ),
          response: answers({ 200: pageOf(datasetSchema) }),
        },
      },
      async (request, reply) => {
        const { q, cursor, limit = 50 } = request.query
        const after = readCursor(cursor, (value): value is string => typeof value === 'string')
        if (isFailure(after)) return refuse(reply, after)
        const found = hub.catalogue.datasets().filter(dataset => matches(dataset, q) && (!after || dataset.id > after))
        return reply.send(cutPage(found.slice(0, limit + 1), limit, dataset => dataset.id))
      },
    )

    app.get(
      '/v1/datasets/:id',
      {
        config: { access: all },
        schema: {
          tags: ['catalogue'],
          summary: 'Read a catalogue entry',
          params: datasetId,
          response: answers({ 200: datasetSchema }),
        },
      },
      async (request, reply) => {
        const dataset = hub.catalogue.dataset(request.params.id)
        return dataset ? reply.send(dataset) : refuse(reply, failure('NOT_FOUND'))
      },
    )
  }

const matches = ({ id, title }: Dataset, q = '') =>
  [id, title.zh, title.en.toLowerCase()].some(text => text.includes(q.toLowerCase()))
