/** The OpenAPI 3.1 document, made from the routes' own schemas, and a page to read it. */
import swagger from '@fastify/swagger'
import swaggerPage from '@fastify/swagger-ui'
import { type Act, whoMay } from '../identity/acts.ts'
import type { Server } from './server.ts'

const description = [
  'Datarun: the departments of a city share the certificates and registrations they hold.',
  'Every error is problem+json (RFC 9457) with a stable code; lists page by cursor; writes are idempotent.',
].join(' ')

/** Registered before any route. The page is served at /docs, the document at /openapi.json. */
export async function describeApi(app: Server): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Datarun 数据跑', version: '1', description },
      components: { securitySchemes: { token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } } },
      security: [{ token: [] }],
    },
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `schema-${index}`) },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      return { schema: { ...schema, ...(access === 'anyone' ? { security: [] } : access && rightsOf(access)) }, url }
    },
  })
  await app.register(swaggerPage, { routePrefix: '/docs', staticCSP: true, uiConfig: { url: '/openapi.json' } })
}

function rightsOf(act: Act) {
  const { roles, right } = whoMay(act)
  return { 'x-act': act, 'x-roles': roles, ...(right && { 'x-right': right }) }
}

export function serveApiDocument(app: Server): void {
  app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, async (_request, reply) =>
    reply.send(app.swagger()),
  )
}
