/**
 * Who may call a route: each declares it in `config.access`, and a route without a declaration stops the start, so that
 * forgetting is impossible. `request.caller` is set before any handler runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Caller, Role } from '../identity/caller.ts'
import { refuse } from './problem.ts'

export type Access = 'anyone' | readonly Role[]

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Whether Basic credentials are taken too, with the token as the password: for clients that know no Bearer. */
    basic?: boolean
  }
  interface FastifyRequest {
    caller: Caller
  }
}

export type VerifyToken = (token: string) => Caller | Failure | Promise<Caller | Failure>

export function guardAccess(app: FastifyInstance, verify: VerifyToken): void {
  app.decorateRequest('caller', null as unknown as Caller)
  app.addHook('onRoute', route => {
    // The reading page of the API brings its own routes.
    if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'anyone' }
    if (!route.config?.access) throw new Error(`${route.method} ${route.url} does not say who may call it`)
  })
  app.addHook('onRequest', async (request, reply) => admit(verify, request, reply))
}

async function admit(verify: VerifyToken, request: FastifyRequest, reply: FastifyReply) {
  const access = request.routeOptions.config.access
  if (access === undefined || access === 'anyone') return
  const token = tokenOf(request)
  if (!token) return refuse(reply, failure('TOKEN_MISSING'))
  const verified = verify(token)
  const caller = verified instanceof Promise ? await verified : verified
  if (isFailure(caller)) return refuse(reply, caller)
  if (!caller.roles.some(role => access.includes(role))) {
    const roles = access.join(', ')
    return refuse(reply, failure('NOT_ALLOWED', inWords(`This call is for: ${roles}.`, `该接口仅限：${roles}。`)))
  }
  request.caller = caller
}

function tokenOf({ headers, routeOptions }: FastifyRequest): string | undefined {
  const [scheme, credentials] = headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() === 'bearer') return credentials
  if (scheme?.toLowerCase() !== 'basic' || !routeOptions.config.basic || !credentials) return undefined
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? []
  return password
}
