import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import { bilingual, closed } from '../../../contract/shapes.ts'
import type { Subject } from '../../../contract/subject.ts'
import { subjectSchema } from '../../../contract/subject-schema.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import type { Thresholds } from './alarm-rules.ts'
import { countWatchLists } from './alarm-store.ts'
import { findAlarms, putWatchList } from './find-alarms.ts'

const access = 'read-access-log'
const longReading = 3_600_000
const alarm = Type.Object(
  {
    rule: Type.String(),
    caller: Type.String(),
    department: Type.String(),
    official: Type.Optional(Type.String()),
    from: Type.String({ format: 'date-time' }),
    until: Type.String({ format: 'date-time' }),
    because: bilingual,
    count: Type.Integer({ description: 'How many entries' }),
    entries: Type.Array(Type.Integer(), { description: 'The first hundred of them' }),
  },
  closed,
)
const listName = Type.Object({ list: Type.String({ pattern: '^[a-z][a-z0-9-]{1,60}$' }) }, closed)
const listAnswer = Type.Object({ list: Type.String(), count: Type.Integer() }, closed)

export const alarmRoutes =
  (needs: LogNeeds, thresholds: Thresholds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log/alarms',
      {
        config: { access },
        handlerTimeout: longReading,
        schema: {
          ...schema,
          summary: 'What is worth a look among the pulls of at most 31 days, each with its reason and its entries',
          querystring: Type.Object(
            { from: Type.String({ format: 'date-time' }), until: Type.String({ format: 'date-time' }) },
            closed,
          ),
          response: answers({ 200: Type.Object({ items: Type.Array(alarm) }, closed) }),
        },
      },
      async (request, reply) => {
        const found = await findAlarms(needs, request.caller, thresholds, request.query)
        return isFailure(found) ? refuse(reply, found) : reply.send({ items: found })
      },
    )

    app.get(
      '/v1/access-log/watch-lists',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'The watch lists and how many subjects each has; never whom',
          response: answers({ 200: Type.Object({ items: Type.Array(listAnswer) }, closed) }),
        },
      },
      async (_, reply) => reply.send({ items: await countWatchLists(needs.pool) }),
    )

    app.put(
      '/v1/access-log/watch-lists/:list',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'Replace a watch list: pulls about its subjects raise an alarm; an empty list is gone',
          params: listName,
          body: Type.Object({ subjects: Type.Array(subjectSchema, { maxItems: 10_000 }) }, closed),
          response: answers({ 200: listAnswer }),
        },
      },
      async (request, reply) => {
        const { list } = request.params
        const subjects: Subject[] = request.body.subjects
        for (const [index, subject] of subjects.entries()) {
          const wrong = checkSubject(subject, `/subjects/${index}/id`, needs.catalogue.exceptions)
          if (wrong) return refuse(reply, wrong)
        }
        await putWatchList(needs, request.caller, list, subjects)
        return reply.send({ list, count: subjects.length })
      },
    )
  }
