/**
 * The Confluent Schema Registry REST API over the same store, so that any Kafka client with a JSON Schema serializer finds
 * what it expects. https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
import { readJsonBodies } from '../../http/json-body.ts'
import type { Plugin } from '../../http/server.ts'
import type { Hub } from '../../hub.ts'
import { compatibilityRoutes } from './compatibility-routes.ts'
import { configRoutes } from './config-routes.ts'
import { fromProblem, statusOf } from './error.ts'
import { readFlags } from './query.ts'
import { schemaByIdRoutes } from './schema-routes.ts'
import { subjectRoutes } from './subject-routes.ts'

const mediaType = 'application/vnd.schemaregistry.v1+json'
const mediaTypes = [mediaType, 'application/vnd.schemaregistry+json', 'application/octet-stream']

export const confluentRoutes =
  (hub: Hub): Plugin =>
  async app => {
    readJsonBodies(app, mediaTypes)
    app.addHook('preValidation', async request => readFlags(request.query as Record<string, unknown>))
    // Rights, bodies and outages are answered as everywhere in the house; here they are said in this API's words.
    app.addHook('onSend', async (request, reply, payload) => {
      const isProblem = String(reply.getHeader('content-type')).startsWith('application/problem+json')
      reply.header('content-type', mediaType)
      if (!isProblem || typeof payload !== 'string') return payload
      const error = fromProblem(request.url, JSON.parse(payload))
      reply.code(statusOf(error.error_code))
      return JSON.stringify(error)
    })
    await app.register(subjectRoutes(hub))
    await app.register(schemaByIdRoutes(hub))
    await app.register(compatibilityRoutes(hub))
    await app.register(configRoutes(hub))
  }
