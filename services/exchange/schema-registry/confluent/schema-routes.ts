import Type from 'typebox'
import type { Plugin } from '../../http/server.ts'
import type { Hub } from '../../hub.ts'
import { readById } from '../schema-store.ts'
import { confluentError, isConfluentError, say } from './error.ts'
import { byId } from './query.ts'
import { reading } from './rights.ts'
import { subjectOf } from './subject.ts'

const schema = { hide: true, params: Type.Object({ id: Type.String() }), querystring: byId }

/** Schemas by their global id: what a consumer asks for when it meets a framed record. */
export const schemaByIdRoutes =
  (hub: Hub): Plugin =>
  async app => {
    const find = async (id: string) => {
      const found = /^[1-9]\d{0,8}$/.test(id) ? await readById(hub.pool, Number(id)) : undefined
      return found ?? confluentError(40403, id)
    }

    app.get('/schemas/types', { ...reading, schema: { hide: true } }, async () => ['JSON'])

    app.get('/schemas/ids/:id', { ...reading, schema }, async (request, reply) => {
      const found = await find(request.params.id)
      if (isConfluentError(found)) return say(reply, found)
      return { schemaType: 'JSON', schema: JSON.stringify(found.schema) }
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
