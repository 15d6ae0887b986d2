import Type from 'typebox'
import { failure, inWords, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { cutPage, isNumberPosition, pageOf, pageQuery, readCursor } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { accessOf, listAccesses } from './list-accesses.ts'

const text = (description: string) => Type.Optional(Type.String({ description }))

const accessedDataset = Type.Object(
  {
    dataset: Type.String(),
    decision: Type.String(),
    code: text('Why it was refused'),
    basis: Type.Optional(
      Type.Object(
        { type: Type.String(), provision: text('The law that allows it'), consent: text('Id of your consent') },
        closed,
      ),
    ),
    fields: Type.Array(Type.String(), { description: 'Fields that were released' }),
    verified: Type.Array(Type.String(), { description: 'Fields that were verified without being released' }),
    records: Type.Optional(
      Type.Array(Type.Object({ key: Type.String(), version: Type.Integer() }, closed), {
        description: 'Which records of yours; what a correction names',
      }),
    ),
  },
  closed,
)

const accessAnswer = Type.Object(
  {
    index: Type.Integer({ description: 'Of the log entry: quote it to an auditor, or fetch its proof' }),
    at: Type.String({ format: 'date-time' }),
    kind: Type.String(),
    caller: Type.String({ description: 'The system that asked' }),
    department: text('Its department'),
    case: text('Number of the case'),
    matter: text('Public service'),
    purpose: text('Purpose'),
    step: text('What was done with a consent or a correction'),
    decision: Type.String(),
    code: text('Why it was refused'),
    confidential: Type.Optional(
      Type.Object(
        { until: Type.String(), authority: Type.String(), reason: Type.String() },
        { ...closed, description: 'It was kept from you until this day; who ordered it, and why' },
      ),
    ),
    datasets: Type.Array(accessedDataset),
  },
  closed,
)

export const accessesRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/me/accesses',
      {
        config: { access: 'own-affairs' },
        schema: {
          tags: ['citizens'],
          summary: 'Who used my data, newest first: who, when, for which case and on which basis',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(accessAnswer) }),
        },
      },
      async (request, reply) => {
        const { caller, query } = request
        const { subject } = caller
        if (!subject)
          return refuse(reply, failure('NOT_ALLOWED', inWords('The token names no subject.', '该令牌未载明主体。')))
        const { cursor, limit = 50 } = query
        const before = readCursor(cursor, isNumberPosition)
        if (isFailure(before)) return refuse(reply, before)
        const bounds = { limit: limit + 1, ...(before !== undefined && { before }) }
        const { items, next } = cutPage(await listAccesses(needs, caller, subject, bounds), limit, ({ index }) => index)
        return reply.send({ items: items.map(({ entry }) => accessOf(entry, subject)), ...(next && { next }) })
      },
    )
  }
