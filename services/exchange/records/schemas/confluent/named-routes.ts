import Type from 'typebox'
import type { Plugin } from '../../../platform/http/server.ts'
import { readMaxId } from '../list-store.ts'
import type { SchemaNeeds } from '../needs.ts'
import { listVersionsOfId, readByGuid, readById } from '../schema-store.ts'
import { isShown } from '../shown.ts'
import { defaultContext, inDefaultContext } from './context.ts'
import { describe } from './describe.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { isWholeNumber, subjectOf } from './find-subject.ts'
import { pageOf, type Query, query, shownBy } from './query.ts'
import { reading } from './rights.ts'

const ofId = { ...reading, schema: { hide: true, params: Type.Object({ id: Type.String() }), querystring: query } }
const ofGuid = { ...reading, schema: { hide: true, params: Type.Object({ guid: Type.String() }), querystring: query } }
const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Schemas by what a record names them by: the global id of its frame, or the GUID of its header. */
export const namedSchemaRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    /** Clients name the subject of the message at hand: an id means the same schema under every subject of its context. */
    const isElsewhere = ({ subject = '' }: Query) => inDefaultContext(subject) === undefined
    const find = async (id: string, asked: Query) => {
      const found = isWholeNumber(id) && !isElsewhere(asked) ? await readById(needs.pool, Number(id)) : undefined
      return found ?? confluentError(40403, id)
    }
    const findByGuid = async (guid: string) => {
      const found = guidPattern.test(guid) ? await readByGuid(needs.pool, guid) : undefined
      return found ?? confluentError(40403, guid)
    }
    /** Here the subject is a filter. */
    const findVersions = async (id: string, asked: Query) => {
      const versions = isWholeNumber(id) ? await listVersionsOfId(needs.pool, Number(id)) : []
      if (versions.length === 0) return confluentError(40403, id)
      const subject = inDefaultContext(asked.subject ?? '')
      return versions
        .filter(version => isShown(version, shownBy(asked)))
        .map(({ dataset, version }) => ({ subject: subjectOf(dataset), version }))
        .filter(one => subject === '' || one.subject === subject)
    }

    app.get('/schemas/ids/:id', ofId, async (request, reply) => {
      const found = await find(request.params.id, request.query)
      if (isConfluentError(found)) return say(reply, found)
      return { ...describe(found), ...(request.query.fetchMaxId && { maxId: await readMaxId(needs.pool) }) }
    })

    app.get('/schemas/ids/:id/schema', ofId, async (request, reply) => {
      const found = await find(request.params.id, request.query)
      return isConfluentError(found) ? say(reply, found) : found.schema
    })

    app.get('/schemas/ids/:id/subjects', ofId, async (request, reply) => {
      const found = await findVersions(request.params.id, request.query)
      if (isConfluentError(found)) return say(reply, found)
      return pageOf([...new Set(found.map(({ subject }) => subject))], request.query)
    })

    app.get('/schemas/ids/:id/versions', ofId, async (request, reply) => {
      const found = await findVersions(request.params.id, request.query)
      return isConfluentError(found) ? say(reply, found) : pageOf(found, request.query)
    })

    app.get('/schemas/guids/:guid', ofGuid, async (request, reply) => {
      const found = await findByGuid(request.params.guid)
      return isConfluentError(found) ? say(reply, found) : describe(found)
    })

    app.get('/schemas/guids/:guid/ids', ofGuid, async (request, reply) => {
      const found = await findByGuid(request.params.guid)
      return isConfluentError(found)
        ? say(reply, found)
        : pageOf([{ context: defaultContext, id: found.id }], request.query)
    })
  }
