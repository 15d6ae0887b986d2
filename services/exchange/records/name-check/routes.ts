import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { isNumberPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { listDifferences } from './name-check-store.ts'
import type { NameCheckNeeds } from './needs.ts'

const difference = Type.Object(
  {
    key: Type.String(),
    field: Type.String({ description: 'JSON Pointer of the holder’s name in that record' }),
    version: Type.Integer({ description: 'The newest version of the record, in which it was found' }),
    foundAt: Type.String({ format: 'date-time', description: 'When it was first found' }),
  },
  closed,
)

/** `isCompared`: whether a register of names is set. Findings from a time with a register are not told once there is none. */
export const nameCheckRoutes =
  (needs: NameCheckNeeds, isCompared: boolean): Plugin =>
  async app => {
    app.get(
      '/v1/datasets/:id/name-differences',
      {
        config: { access: 'read-corrections' },
        schema: {
          tags: ['catalogue'],
          summary: 'Records of an own dataset that name a holder otherwise than the city’s register; never how',
          params: Type.Object({ id: Type.String({ maxLength: 110 }) }, closed),
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(difference) }),
        },
      },
      async (request, reply) => {
        const own = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(own)) return refuse(reply, own)
        const page = await readPage(request.query, {
          isPosition: isNumberPosition,
          list: (before, limit) => (isCompared ? listDifferences(needs.pool, own.id, before, limit + 1) : []),
          positionOf: ({ id }) => id,
          answerOf: ({ id: _, foundAt, ...plain }) => ({ ...plain, foundAt: foundAt.toISOString() }),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )
  }
