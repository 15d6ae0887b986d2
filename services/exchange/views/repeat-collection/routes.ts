import Type from 'typebox'
import { bilingual, closed } from '../../../contract/shapes.ts'
import { answers } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { findRepeats } from './find-repeats.ts'
import type { RepeatCollectionNeeds } from './needs.ts'

const text = Type.String()
const format = Type.Object(
  { type: text, format: Type.Optional(text) },
  { ...closed, description: 'As the newest schema states it (数据项格式); absent where it states none' },
)
const place = { dataset: text, department: text, pointer: text, format: Type.Optional(format) }
const overlap = Type.Object({ subjects: Type.Integer(), same: Type.Integer() }, closed)
const repeatedItem = Type.Object(
  {
    title: bilingual,
    source: Type.Object(place, { ...closed, description: 'Proposed source department (数源部门)' }),
    repeats: Type.Array(Type.Object({ ...place, overlap }, closed)),
  },
  closed,
)

export const repeatCollectionRoutes =
  (needs: RepeatCollectionNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/repeat-collection',
      {
        config: { access: 'find-repeat-collection' },
        schema: {
          tags: ['catalogue'],
          summary: 'Data items that two departments collect, and the proposed source (Order 809, Art 19)',
          response: answers({ 200: Type.Object({ items: Type.Array(repeatedItem) }, closed) }),
        },
      },
      async (request, reply) => {
        return reply.send({ items: await findRepeats(needs, request.caller) })
      },
    )
  }
