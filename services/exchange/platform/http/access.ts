/**
 * Who may call a route: each names its act in `config.access`, and a route without one stops the start, so that forgetting
 * is impossible. Nothing gives access by an address. `request.caller` is set before any handler runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type Failure, type FailureCode, failure, inWords, isFailure, kindOf } from '../../../contract/failure.ts'
import type { Right } from '../../../contract/role.ts'
import { type Act, mayDo, whoMay } from '../identity/acts.ts'
import type { Caller } from '../identity/caller.ts'
import type { CheckProof, Possession } from '../identity/proof.ts'
import type { LogInReader } from '../identity/reader-login.ts'
import { type Credentials, challengeOf, credentialsOf } from './credentials.ts'
import { refuse } from './problem.ts'

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

/** A request that was refused before a room saw it; `route` is the pattern, never the address. */
export type Refusal = { caller: Caller | undefined; code: FailureCode; method: string; route: string }

const schemeOf = ({ headers: { authorization = '' } }: FastifyRequest) =>
  /^dpop /i.test(authorization) ? 'DPoP' : 'Bearer'

/** Refuses a request at the door, and tells of it. */
export function refuseAtDoor(request: FastifyRequest, reply: FastifyReply, why: Failure, caller = request.caller) {
  const { method, url: route = '' } = request.routeOptions
  request.server.onRefused?.({ caller: caller ?? undefined, code: why.failure, method: [method].flat().join(), route })
  if (kindOf(why.failure).status === 401) reply.header('www-authenticate', challengeOf(why, schemeOf(request)))
  return refuse(reply, why)
}

export type VerifyToken = (token: string) => Caller | Failure | Promise<Caller | Failure>

type Registered = { active: boolean; rights: readonly Right[]; dpopRequired?: boolean }
/** How a system is registered; undefined where it is not. */
type FindSystem = (id: string) => Registered | undefined

/** Functions that the door calls in others. */
export type Door = { verify: VerifyToken; findSystem: FindSystem; logInReader: LogInReader; checkProof: CheckProof }

export function guardAccess(app: FastifyInstance, door: Door): void {
  app.decorateRequest('caller', null as unknown as Caller)
  const routes: RouteOptions[] = []
  app.addHook('onRoute', route => void routes.push(route))
  app.addHook('onReady', async () => {
    const silent = routes.find(({ config }) => !config?.access)
    if (silent) throw new Error(`${silent.method} ${silent.url} does not say who may call it`)
  })
  app.addHook('onRequest', async (request, reply) => admit(door, request, reply))
}

async function admit(door: Door, request: FastifyRequest, reply: FastifyReply) {
  const { access, knowsCaller } = request.routeOptions.config
  if (access === undefined || (access === 'anyone' && !(knowsCaller && request.headers.authorization))) return
  const sent = credentialsOf(request)
  if (!sent) return refuseAtDoor(request, reply, failure('TOKEN_MISSING'))
  if (isFailure(sent)) return refuseAtDoor(request, reply, sent)
  const known = sent.scheme === 'Basic' ? door.logInReader(sent) : door.verify(sent.token)
  const caller = known instanceof Promise ? await known : known
  if (isFailure(caller)) return refuseAtDoor(request, reply, caller)
  const system = caller.kind === 'system' ? door.findSystem(caller.id) : undefined
  if (system?.active === false) return refuseAtDoor(request, reply, failure('TOKEN_INVALID', madeInactive), caller)
  const possession = possessionOf(request, sent, caller)
  const unfit = misused(sent, caller, system) ?? (possession && (await door.checkProof(possession)))
  if (unfit) return refuseAtDoor(request, reply, unfit, caller)
  if (access !== 'anyone' && !mayDo(access, caller.roles, system?.rights ?? []))
    return refuseAtDoor(request, reply, notAllowed(access), caller)
  request.caller = caller
}

/** RFC 9449 §7.1, §7.2: a token counts by the scheme that it was made for, and by no other. */
function misused({ scheme }: Credentials, { boundTo }: Caller, system: Registered | undefined): Failure | undefined {
  if (scheme === 'DPoP') return boundTo ? undefined : failure('TOKEN_INVALID', unbound)
  if (boundTo) return failure('PROOF_REQUIRED', bound)
  return system?.dpopRequired ? failure('PROOF_REQUIRED', demanded) : undefined
}

/** The proof that is due: nothing where the token is bound to no key. */
function possessionOf(request: FastifyRequest, sent: Credentials, { boundTo }: Caller): Possession | undefined {
  if (!boundTo || sent.scheme !== 'DPoP') return undefined
  const { method, url, headers } = request
  const path = url.replace(/^https?:\/\/[^/?#]*/i, '').replace(/[?#].*$/s, '')
  return { method, path, token: sent.token, boundTo, proofs: [headers.dpop].flat().join(',') || undefined }
}

const unbound = inWords(
  'This token is bound to no key: send it as Bearer, or get one with a proof.',
  '该令牌未绑定密钥：请以 Bearer 方式发送，或携带证明重新获取令牌。',
)
const bound = inWords(
  'This token is bound to a key: send it as DPoP, with a proof for this call in the header DPoP.',
  '该令牌已绑定密钥：请以 DPoP 方式发送，并在 DPoP 请求头中附上本次调用的证明。',
)
const demanded = inWords(
  'This system demands DPoP: get a token with a proof, and send it as DPoP with a proof for this call.',
  '该业务系统要求使用 DPoP：请携带证明获取令牌，并以 DPoP 方式连同本次调用的证明一起发送。',
)
const madeInactive = inWords('The operator has made this system inactive.', '该业务系统已被平台运营方停用。')

function notAllowed(act: Act): Failure {
  const { roles, right } = whoMay(act)
  const others = roles.filter(role => !right || role !== 'system')
  const en = [...others, ...(right ? [`system with the right ${right}`] : [])].join(', ')
  const zh = [...others, ...(right ? [`具有 ${right} 权限的 system`] : [])].join('、')
  return failure('NOT_ALLOWED', inWords(`This call is for: ${en}.`, `该接口仅限：${zh}。`))
}
