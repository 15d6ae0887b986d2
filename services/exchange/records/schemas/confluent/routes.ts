/**
 * The Confluent Schema Registry REST API over the same store, so that any Kafka client with a JSON Schema serializer finds
 * what it expects. https://docs.confluent.io/platform/current/schema-registry/develop/api.html
 */
import type { FastifyRequest } from 'fastify'
import { readJsonBodies } from '../../../platform/http/json-body.ts'
import type { Plugin } from '../../../platform/http/server.ts'
import type { SchemaNeeds } from '../needs.ts'
import { aboutRoutes } from './about-routes.ts'
import { compatibilityRoutes } from './compatibility-routes.ts'
import { configRoutes } from './config-routes.ts'
import { isDefaultContext } from './context.ts'
import { confluentError, say } from './error.ts'
import { modeRoutes } from './mode-routes.ts'
import { namedSchemaRoutes } from './named-routes.ts'
import { readQuery } from './query.ts'
import { schemaRoutes } from './schema-routes.ts'
import { subjectRoutes } from './subject-routes.ts'
import { versionRoutes } from './version-routes.ts'
import { mediaType } from './words.ts'

const mediaTypes = [mediaType, 'application/vnd.schemaregistry+json', 'application/octet-stream']

export const confluentRoutes =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    readJsonBodies(app, mediaTypes)
    app.addHook('onSend', async (_request, reply) => void reply.header('content-type', mediaType))
    app.addHook('onRequest', async (request, reply) => {
      // Else what stands behind the slash would be an empty subject, version or id.
      const isCutOff = request.url.split('?')[0]!.endsWith('/')
      if (isCutOff) return say(reply, confluentError(404, 'No address here ends with a slash.'))
    })
    app.addHook('preValidation', async request => readQuery(request.query as Record<string, unknown>))
    await app.register(aboutRoutes)
    await app.register(ofContext(needs))
    // An address may name its context; Kafka UIs and Confluent's command line are given such a one.
    await app.register(
      async inside => {
        inside.addHook('onRequest', async (request: FastifyRequest, reply) => {
          const { context } = request.params as { context: string }
          if (!isDefaultContext(context)) return say(reply, confluentError(404, `Context '${context}' not found.`))
        })
        await inside.register(ofContext(needs))
      },
      { prefix: '/contexts/:context' },
    )
  }

const ofContext =
  (needs: SchemaNeeds): Plugin =>
  async app => {
    await app.register(subjectRoutes(needs))
    await app.register(versionRoutes(needs))
    await app.register(schemaRoutes(needs))
    await app.register(namedSchemaRoutes(needs))
    await app.register(compatibilityRoutes(needs))
    await app.register(configRoutes(needs))
    await app.register(modeRoutes(needs))
  }
