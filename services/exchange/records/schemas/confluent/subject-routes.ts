import Type from 'typebox'
import type { Plugin } from '../../../platform/http/server.ts'
import { listDatasets } from '../list-store.ts'
import type { SchemaNeeds } from '../needs.ts'
import { schemaBody } from './body.ts'
import { prefixInDefaultContext } from './context.ts'
import { deleteSubject } from './delete-version.ts'
import { describe } from './describe.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { around, readText, subjectOf, versionsOf } from './find-subject.ts'
import { lookUp } from './look-up.ts'
import { pageOf, query, shownBy } from './query.ts'
import { deleting, reading } from './rights.ts'

const params = Type.Object({ subject: Type.String() })
const mostSubjects = 2_147_483_647

export const subjectRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    app.get('/subjects', { ...reading, schema: { hide: true, querystring: query } }, async request => {
      const { offset = 0, limit = -1, subjectPrefix = '' } = request.query
      const prefix = prefixInDefaultContext(subjectPrefix)
      if (prefix === undefined) return []
      const shown = shownBy(request.query)
      const most = limit < 0 ? mostSubjects : limit
      return (await listDatasets(needs.pool, { ...around, prefix, shown, offset, limit: most })).map(subjectOf)
    })

    app.get(
      '/subjects/:subject/versions',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const shown = shownBy(request.query)
        const versions = await versionsOf(needs, request.params.subject, shown === 'standing' ? shown : 'all')
        if (isConfluentError(versions)) return say(reply, versions)
        const some = versions.filter(({ deletedAt }) => shown !== 'deleted' || deletedAt)
        return pageOf(some, request.query).map(({ version }) => version)
      },
    )

    app.post(
      '/subjects/:subject',
      { ...reading, schema: { hide: true, params, querystring: query, body: schemaBody } },
      async (request, reply) => {
        const found = await lookUp(needs, request.params.subject, request.body, shownBy(request.query))
        return isConfluentError(found) ? say(reply, found) : describe(found)
      },
    )

    /** Schemas have no metadata here: a client that names some finds none, one that names none the newest. */
    app.get(
      '/subjects/:subject/metadata',
      { ...reading, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const versions = await versionsOf(needs, request.params.subject, shownBy(request.query))
        if (isConfluentError(versions)) return say(reply, versions)
        if (request.query.key) return say(reply, confluentError(40403, 'with this metadata'))
        const newest = await readText(needs, versions.at(-1)!)
        return isConfluentError(newest) ? say(reply, newest) : describe(newest)
      },
    )

    app.delete(
      '/subjects/:subject',
      { ...deleting, schema: { hide: true, params, querystring: query } },
      async (request, reply) => {
        const outcome = await deleteSubject(needs, request.caller, request.params.subject, request.query.permanent)
        return isConfluentError(outcome) ? say(reply, outcome) : outcome
      },
    )
  }
