import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { isNumberPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noSubject } from '../../platform/identity/caller-lacks.ts'
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
        if (!subject) return refuse(reply, noSubject)
        const page = await readPage(query, {
          isPosition: isNumberPosition,
          list: (before, limit) =>
            listAccesses(needs, caller, subject, { limit: limit + 1, ...(before !== undefined && { before }) }),
          positionOf: ({ index }) => index,
          answerOf: ({ entry }) => accessOf(entry, subject),
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )
  }
