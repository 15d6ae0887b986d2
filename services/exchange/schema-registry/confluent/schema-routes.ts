import Type from 'typebox'
import type { Plugin } from '../../http/server.ts'
import type { Hub } from '../../hub.ts'
import { readByGuid, readById } from '../schema-store.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { byGuid, byId } from './query.ts'
import { reading } from './rights.ts'
import { subjectOf } from './subject.ts'
import { describe } from './subject-routes.ts'

const schema = { hide: true, params: Type.Object({ id: Type.String() }), querystring: byId }

const guidSchema = { hide: true, params: Type.Object({ guid: Type.String() }), querystring: byGuid }
const guidPattern = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Schemas by what a record names them by: the global id of its frame, or the GUID of its header. */
export const schemaByIdRoutes =
  (hub: Hub): Plugin =>
  async app => {
    const find = async (id: string) => {
      const found = /^[1-9]\d{0,8}$/.test(id) ? await readById(hub.pool, Number(id)) : undefined
      return found ?? confluentError(40403, id)
    }

    const findByGuid = async (guid: string) => {
      const found = guidPattern.test(guid) ? await readByGuid(hub.pool, guid) : undefined
      return found ?? confluentError(40403, guid)
    }

    app.get('/schemas/guids/:guid', { ...reading, schema: guidSchema }, async (request, reply) => {
      const found = await findByGuid(request.params.guid)
      return isConfluentError(found) ? say(reply, found) : describe(found)
    })

    app.get('/schemas/guids/:guid/ids', { ...reading, schema: guidSchema }, async (request, reply) => {
      const found = await findByGuid(request.params.guid)
      return isConfluentError(found) ? say(reply, found) : [{ context: '.', id: found.id }]
    })

    app.get('/schemas/types', { ...reading, schema: { hide: true } }, async () => ['JSON'])

    app.get('/schemas/ids/:id', { ...reading, schema }, async (request, reply) => {
      const found = await find(request.params.id)
      if (isConfluentError(found)) return say(reply, found)
      return describe(found)
    })

    app.get('/schemas/ids/:id/schema', { ...reading, schema }, async (request, reply) => {
      const found = await find(request.params.id)
      return isConfluentError(found) ? say(reply, found) : found.schema
    })

    app.get('/schemas/ids/:id/subjects', { ...reading, schema }, async (request, reply) => {
      const found = await find(request.params.id)
      return isConfluentError(found) ? say(reply, found) : [subjectOf(found.dataset)]
    })

    app.get('/schemas/ids/:id/versions', { ...reading, schema }, async (request, reply) => {
      const found = await find(request.params.id)
      return isConfluentError(found)
        ? say(reply, found)
        : [{ subject: subjectOf(found.dataset), version: found.version }]
    })
  }
