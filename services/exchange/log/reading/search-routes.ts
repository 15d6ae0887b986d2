import { Readable } from 'node:stream'
import Type from 'typebox'
import { anyException } from '../../../contract/code-exceptions.ts'
import { isFailure } from '../../../contract/failure.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import { closed } from '../../../contract/shapes.ts'
import { isNumberPosition, type PageQuery, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, plainAnswer, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { LogNeeds } from '../append/needs.ts'
import { readFigures } from './read-figures.ts'
import { filterFields, type SearchFilter, searchBody } from './search-filter.ts'
import { type ExportLine, exportEntries, searchEntries } from './search-log.ts'

const entry = Type.Unsafe<object>({ type: 'object', additionalProperties: true, description: 'schemas/access-log/' })
const page = pageOf(entry)
const access = 'read-access-log'
/** A reading that goes through the log entry by entry. */
const longReading = 3_600_000

export const searchRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log/entries',
      {
        config: { access },
        schema: {
          ...schema,
          summary: 'Search the log, newest first; the search is logged',
          querystring: Type.Object({ ...filterFields, ...pageQuery }, closed),
          response: answers({ 200: page }),
        },
      },
      async (request, reply) => {
        const { cursor: _, limit: __, ...filter } = request.query
        const found = await searchPage(needs, request.caller, filter, request.query)
        return isFailure(found) ? refuse(reply, found) : reply.send(found)
      },
    )

    app.post(
      '/v1/access-log/searches',
      {
        config: { access },
        schema: {
          ...schema,
          operationId: 'searchAccessLog',
          summary: 'The same with a subject: ids never stand in a URL',
          body: Type.Object({ ...searchBody.properties, ...pageQuery }, closed),
          response: answers({ 200: page }),
        },
      },
      async (request, reply) => {
        const { cursor: _, limit: __, ...filter } = request.body
        const found = await searchPage(needs, request.caller, filter, request.body)
        return isFailure(found) ? refuse(reply, found) : reply.send(found)
      },
    )

    app.post(
      '/v1/access-log/exports',
      {
        config: { access },
        handlerTimeout: longReading,
        schema: {
          ...schema,
          summary: 'All that matches, newest first, as NDJSON: {"entry", "receipt"}, and last {"exported": count}',
          body: searchBody,
          operationId: 'exportAccessLog',
          response: answers({ 200: plainAnswer<Readable>('application/x-ndjson', 'A JSON object on each line') }),
        },
      },
      async (request, reply) => {
        const wrong = checkFilter(request.body)
        if (wrong) return refuse(reply, wrong)
        const lines = await exportEntries(needs, request.caller, request.body)
        return reply.type('application/x-ndjson').send(Readable.from(writeLines(lines)))
      },
    )

    app.get(
      '/v1/access-log/figures',
      {
        config: { access },
        handlerTimeout: longReading,
        schema: {
          ...schema,
          summary: 'Pulls, those refused wholly and partly, and distinct subjects by department and day',
          querystring: Type.Object(
            { from: Type.String({ format: 'date-time' }), until: Type.String({ format: 'date-time' }) },
            closed,
          ),
          response: answers({ 200: Type.Object({ items: Type.Array(figure) }, closed) }),
        },
      },
      async (request, reply) => {
        const found = await readFigures(needs, request.caller, request.query)
        return isFailure(found) ? refuse(reply, found) : reply.send({ items: found })
      },
    )
  }

const figure = Type.Object(
  {
    department: Type.String({ description: 'Empty for callers of no department' }),
    day: Type.String({ format: 'date' }),
    pulls: Type.Integer(),
    partial: Type.Integer({ description: 'Of some datasets given, of others refused' }),
    refusals: Type.Integer({ description: 'Nothing of what was asked given' }),
    subjects: Type.Integer({ description: 'Distinct subjects the pulls were about' }),
  },
  closed,
)

/** The log's entries on a code go on after it is named lawful no longer. */
const checkFilter = ({ subject }: SearchFilter) => subject && checkSubject(subject, '/subject/id', anyException)

async function searchPage(needs: LogNeeds, caller: Caller, filter: SearchFilter, query: PageQuery) {
  return (
    checkFilter(filter) ??
    readPage(query, {
      isPosition: isNumberPosition,
      list: (before, limit) =>
        searchEntries(needs, caller, filter, { limit: limit + 1, ...(before !== undefined && { before }) }),
      positionOf: ({ index }) => index,
      answerOf: item => JSON.parse(item.entry) as object,
    })
  )
}

/** The last line says how many there were: an export that broke off lacks it. */
async function* writeLines(lines: AsyncGenerator<ExportLine>) {
  let exported = 0
  for await (const line of lines) {
    exported += 1
    yield `{"entry":${line.entry},"receipt":${JSON.stringify(line.receipt)}}\n`
  }
  yield `{"exported":${exported}}\n`
}
