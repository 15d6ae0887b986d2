/** The console: built files at /console/, and what its pages must know of the hub they belong to. */

import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import fastifyStatic from '@fastify/static'
import Type from 'typebox'
import { failure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { consoleHeaders } from './headers.ts'

export type ConsolePlace = {
  /** Folder of the built console; none is served where it is empty or not there. */
  folder: string
  /** Where people sign in. */
  issuer: string
}

/** A file of the folder itself; what leads elsewhere is not there. */
const assetName = /^assets\/\w[\w.-]*$/
const clientId = 'datarun-console'
const year = 31_536_000

export const consoleRoutes =
  ({ folder, issuer }: ConsolePlace): Plugin =>
  async app => {
    const isBuilt = folder !== '' && existsSync(resolve(folder, 'index.html'))
    // Clients of the registry's API ping the root; a browser asks for a page.
    app.get('/', { config: { access: 'anyone' }, schema: { hide: true } }, async (request, reply) => {
      reply.header('vary', 'accept')
      return isBuilt && request.headers.accept?.includes('text/html') ? reply.redirect('/console/') : {}
    })
    if (!isBuilt) return
    const root = resolve(folder)
    const headers = consoleHeaders(issuer)
    await app.register(fastifyStatic, { root, serve: false, preCompressed: true, cacheControl: false })

    app.get('/console', { config: { access: 'anyone' }, schema: { hide: true } }, async (_request, reply) =>
      reply.redirect('/console/'),
    )

    app.get(
      '/v1/console',
      {
        config: { access: 'anyone' },
        schema: {
          tags: ['overview'],
          summary: 'What the console must know: where people sign in, and as which client',
          response: answers({ 200: Type.Object({ issuer: Type.String(), clientId: Type.String() }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ issuer, clientId }),
    )

    // Assets carry a digest in their names; every other address is a page, and the console's router shows it.
    app.get(
      '/console/*',
      {
        config: { access: 'anyone' },
        schema: { hide: true, params: Type.Object({ '*': Type.String({ maxLength: 500 }) }, closed) },
      },
      async (request, reply) => {
        const wanted = request.params['*']
        const isAsset = wanted.startsWith('assets/')
        if (isAsset && !assetName.test(wanted)) return refuse(reply, failure('NOT_FOUND'))
        reply.headers(headers).header('cache-control', isAsset ? `public, max-age=${year}, immutable` : 'no-cache')
        return reply.sendFile(isAsset || wanted === 'icon.svg' ? wanted : 'index.html')
      },
    )
  }
