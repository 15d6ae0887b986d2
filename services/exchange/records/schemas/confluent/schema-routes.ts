import type { Plugin } from '../../../platform/http/server.ts'
import { listSchemas } from '../list-store.ts'
import type { SchemaNeeds } from '../needs.ts'
import { prefixInDefaultContext } from './context.ts'
import { describe } from './describe.ts'
import { confluentError, say } from './error.ts'
import { around } from './find-subject.ts'
import { pageOf, query, shownBy } from './query.ts'
import { reading } from './rights.ts'

/** Schemas that one answer has at most; `limit` and `offset` lead on. */
const mostSchemas = 1000

/** Schemas of all subjects, with their texts, and the types that there are. */
export const schemaRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get('/schemas/types', { ...reading, schema: { hide: true, querystring: query } }, async request =>
      pageOf(['JSON'], request.query),
    )

    app.get('/schemas', { ...reading, schema: { hide: true, querystring: query } }, async (request, reply) => {
      const { offset = 0, limit = -1, subjectPrefix = '', latestOnly = false } = request.query
      const prefix = prefixInDefaultContext(subjectPrefix)
      if (prefix === undefined) return []
      const most = limit < 0 ? mostSchemas : Math.min(limit, mostSchemas)
      const wanted = { ...around, prefix, shown: shownBy(request.query), offset, limit: most, latestOnly }
      const schemas = await listSchemas(needs.pool, wanted)
      return schemas?.map(describe) ?? say(reply, confluentError(422, tooLarge))
    })
  }

const tooLarge = 'The schemas of this page have more than 32 MiB. Ask for fewer at once: a smaller limit.'
