/** The OpenAPI 3.1 document, made from the routes' own schemas, and a page to read it. */
import { hash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import swagger from '@fastify/swagger'
import swaggerPage from '@fastify/swagger-ui'
import type { TSchema } from 'typebox'
import { type Act, whoMay } from '../identity/acts.ts'
import { operationIdOf } from './operation-id.ts'
import type { Plugin, Server } from './server.ts'

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
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' },
          dpop: {
            type: 'http',
            scheme: 'dpop',
            description: 'A bound token, with a proof in the header DPoP (RFC 9449)',
          },
        },
      },
      security: [{ token: [] }, { dpop: [] }],
    },
    refResolver: { buildLocalReference: ({ $id }, _base, _fragment, index) => String($id ?? `schema-${index}`) },
    transform: ({ schema, url, route }) => {
      const access = route.config?.access
      const operationId = schema?.operationId ?? operationIdOf(String(route.method), url, answersList(schema?.response))
      const described = { ...schema, operationId, ...route.config?.describedAs?.schema }
      const rights = access === 'anyone' ? { security: [] } : access && rightsOf(access)
      return { schema: { ...described, ...rights }, url: route.config?.describedAs?.url ?? url }
    },
  })
  await app.register(readingPage)
}

/** Its routes are made by the library, so that their access is given to them here, and to nothing else. */
const readingPage: Plugin = async page => {
  page.addHook('onRoute', route => {
    route.config = { ...route.config, access: 'anyone' }
  })
  await page.register(swaggerPage, {
    routePrefix: '/docs',
    staticCSP: true,
    uiConfig: { url: '/openapi.json' },
    // The page's own copies of the document are made anew for each caller. The address as sent may be written in percent escapes.
    uiHooks: {
      onRequest: (request, reply, next) =>
        isCopy(request.routeOptions.url) ? void reply.redirect('/openapi.json', 308) : next(),
    },
  })
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** A route with a `*`, which no client generator can fill, as a path with parameters: they may send `/` as `%2F`. */
    describedAs?: { url: string; schema: { params: TSchema } }
  }
}

function answersList(response: unknown): boolean {
  const good = (response as Record<number, { properties?: object }> | undefined)?.[200]
  return Object.hasOwn(good?.properties ?? {}, 'items')
}

const isCopy = (route = '') => route === '/docs/json' || route === '/docs/yaml'

function rightsOf(act: Act) {
  const { roles, right } = whoMay(act)
  return { 'x-act': act, 'x-roles': roles, ...(right && { 'x-right': right }) }
}

/** Made and compressed once, at the first call: anybody may ask for it, as often as they like. */
export function serveApiDocument(app: Server): void {
  let made: { plain: Buffer; packed: Buffer; tag: string } | undefined
  app.get('/openapi.json', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
    made ??= pack(JSON.stringify(app.swagger()))
    reply.header('etag', made.tag).header('cache-control', 'no-cache').header('vary', 'accept-encoding')
    if (request.headers['if-none-match'] === made.tag) return reply.code(304).send()
    reply.type('application/json; charset=utf-8')
    const unpacks = /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
    return unpacks ? reply.header('content-encoding', 'gzip').send(made.packed) : reply.send(made.plain)
  })
}

function pack(text: string) {
  const plain = Buffer.from(text)
  return { plain, packed: gzipSync(plain), tag: `"${hash('sha256', plain, 'hex').slice(0, 32)}"` }
}
