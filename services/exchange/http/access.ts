/**
 * Who may call a route: each names its act in `config.access`, and a route without one stops the start, so that forgetting
 * is impossible. `request.caller` is set before any handler runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Right } from '../../contract/role.ts'
import { type Act, mayDo, whoMay } from '../identity/acts.ts'
import type { Caller } from '../identity/caller.ts'
import { refuse } from './problem.ts'

export type Access = 'anyone' | Act

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

/** How a system is registered; undefined where it is not. */
export type FindSystem = (id: string) => { active: boolean; rights: readonly Right[] } | undefined

export function guardAccess(app: FastifyInstance, verify: VerifyToken, findSystem: FindSystem): void {
  app.decorateRequest('caller', null as unknown as Caller)
  app.addHook('onRoute', route => {
    // The reading page of the API brings its own routes.
    if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'anyone' }
    if (!route.config?.access) throw new Error(`${route.method} ${route.url} does not say who may call it`)
  })
  app.addHook('onRequest', async (request, reply) => admit(verify, findSystem, request, reply))
}

async function admit(verify: VerifyToken, findSystem: FindSystem, request: FastifyRequest, reply: FastifyReply) {
  const access = request.routeOptions.config.access
  if (access === undefined || access === 'anyone') return
  const token = tokenOf(request)
  if (!token) return refuse(reply, failure('TOKEN_MISSING'))
  const verified = verify(token)
  const caller = verified instanceof Promise ? await verified : verified
  if (isFailure(caller)) return refuse(reply, caller)
  const system = caller.kind === 'system' ? findSystem(caller.id) : undefined
  if (system?.active === false) return refuse(reply, failure('TOKEN_INVALID', madeInactive))
  if (!mayDo(access, caller.roles, system?.rights ?? [])) return refuse(reply, notAllowed(access))
  request.caller = caller
}

const madeInactive = inWords('The operator has made this system inactive.', '该业务系统已被平台运营方停用。')

function notAllowed(act: Act): Failure {
  const { roles, right } = whoMay(act)
  const others = roles.filter(role => !right || role !== 'system')
  const en = [...others, ...(right ? [`system with the right ${right}`] : [])].join(', ')
  const zh = [...others, ...(right ? [`具有 ${right} 权限的 system`] : [])].join('、')
  return failure('NOT_ALLOWED', inWords(`This call is for: ${en}.`, `该接口仅限：${zh}。`))
}

function tokenOf({ headers, routeOptions }: FastifyRequest): string | undefined {
  const [scheme, credentials] = headers.authorization?.split(' ') ?? []
  if (scheme?.toLowerCase() === 'bearer') return credentials
  if (scheme?.toLowerCase() !== 'basic' || !routeOptions.config.basic || !credentials) return undefined
  const [, password] = /^[^:]*:(.+)$/s.exec(Buffer.from(credentials, 'base64').toString('utf8')) ?? []
  return password
}
