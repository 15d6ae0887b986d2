/**
 * Who may call a route: each names its act in `config.access`, and a route without one stops the start, so that forgetting
 * is impossible. `request.caller` is set before any handler runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type Failure, failure, inWords, isFailure } from '../../contract/failure.ts'
import type { Right } from '../../contract/role.ts'
import { type Act, mayDo, whoMay } from '../identity/acts.ts'
import type { Caller } from '../identity/caller.ts'
import type { LogInReader, Login } from '../identity/reader-login.ts'
import { refuse } from './problem.ts'
import type { Refusal } from './refusals.ts'

export type Access = 'anyone' | Act

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Whether Basic is taken too, for clients that know no Bearer: a token as the password, or a schema reader's secret. */
    basic?: boolean
    /** Open to anyone, but who sends a token is known by it. */
    knowsCaller?: true
  }
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyInstance {
    /** Told of every request that is refused before a room sees it. */
    onRefused?: (refusal: Refusal) => void
  }
}

/** Refuses a request at the door, and tells of it. */
export function refuseAtDoor(request: FastifyRequest, reply: FastifyReply, why: Failure, caller = request.caller) {
  const { method, url: route = '' } = request.routeOptions
  request.server.onRefused?.({ caller: caller ?? undefined, code: why.failure, method: [method].flat().join(), route })
  return refuse(reply, why)
}

export type VerifyToken = (token: string) => Caller | Failure | Promise<Caller | Failure>

/** How a system is registered; undefined where it is not. */
export type FindSystem = (id: string) => { active: boolean; rights: readonly Right[] } | undefined

type Doors = { verify: VerifyToken; findSystem: FindSystem; logInReader: LogInReader }

export function guardAccess(app: FastifyInstance, doors: Doors): void {
  app.decorateRequest('caller', null as unknown as Caller)
  app.addHook('onRoute', route => {
    // The reading page of the API brings its own routes.
    if (route.url.startsWith('/docs')) route.config = { ...route.config, access: 'anyone' }
    if (!route.config?.access) throw new Error(`${route.method} ${route.url} does not say who may call it`)
  })
  app.addHook('onRequest', async (request, reply) => admit(doors, request, reply))
}

async function admit(doors: Doors, request: FastifyRequest, reply: FastifyReply) {
  const { access, knowsCaller } = request.routeOptions.config
  if (access === undefined || (access === 'anyone' && !(knowsCaller && request.headers.authorization))) return
  const sent = proofOf(request)
  if (!sent) return refuseAtDoor(request, reply, failure('TOKEN_MISSING'))
  if (isFailure(sent)) return refuseAtDoor(request, reply, sent)
  const known = typeof sent === 'string' ? doors.verify(sent) : doors.logInReader(sent)
  const caller = known instanceof Promise ? await known : known
  if (isFailure(caller)) return refuseAtDoor(request, reply, caller)
  const system = caller.kind === 'system' ? doors.findSystem(caller.id) : undefined
  if (system?.active === false) return refuseAtDoor(request, reply, failure('TOKEN_INVALID', madeInactive), caller)
  if (access !== 'anyone' && !mayDo(access, caller.roles, system?.rights ?? []))
    return refuseAtDoor(request, reply, notAllowed(access), caller)
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

/** RFC 6750 §2.1, to the letter: text after a token would make many callers of one. */
const bearer = /^Bearer +([\w\-.~+/]+=*)$/i
const basic = /^Basic +([\w+/-]+=*)$/i

/** The token, or the reader's secret; undefined where none was sent, or why it is none. */
function proofOf(request: FastifyRequest): string | Login | Failure | undefined {
  const { authorization = '' } = request.headers
  const [, token] = bearer.exec(authorization) ?? []
  if (token) return token
  if (/^Bearer ./i.test(authorization)) return failure('TOKEN_INVALID', oneToken)
  const [, credentials] = (request.routeOptions.config.basic && basic.exec(authorization)) || []
  if (!credentials) return undefined
  const pair = Buffer.from(credentials, 'base64').toString('utf8')
  const [, name, password] = /^([^:]*):(.+)$/s.exec(pair) ?? []
  if (name === undefined || password === undefined) return undefined
  return isJwt.test(password) ? password : { name, secret: password, from: request.ip }
}

/** A reader's secret has no dots. */
const isJwt = /^[\w-]+\.[\w-]+\.[\w-]+$/

const oneToken = inWords('Send "Bearer", a space and the token, nothing more.', '请仅发送 “Bearer”、一个空格和令牌。')
