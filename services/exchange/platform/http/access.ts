/**
 * Who may call a route: each names its act in `config.access`, and a route without one stops the start, so that forgetting
 * is impossible. Nothing gives access by an address. `request.caller` is set before any handler runs.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import { type Failure, type FailureCode, failure, kindOf } from '../../../contract/failure.ts'
import type { Caller } from '../identity/caller.ts'
import { type Access, type Admission, admit, type Door } from './admission.ts'
import { challengeOf } from './credentials.ts'
import { refuse } from './problem.ts'
import type { CountRequest } from './request-count.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    access?: Access
    /** Whether Basic is taken too, for clients that know no Bearer: a token as the password, or a schema reader's secret. */
    basic?: boolean
    /** Open to anyone, but who sends a token is known by it. */
    knowsCaller?: true
    /** For probes: requests are not counted. */
    uncounted?: true
  }
  interface FastifyRequest {
    caller: Caller
  }
  interface FastifyInstance {
    /** Counts more requests of a caller, for a call that holds several; seconds to wait where they are too many, else 0. */
    countMore: (request: FastifyRequest, more: number) => number
    /** Told of every request that is refused before a room sees it. */
    onRefused?: (refusal: Refusal) => void
  }
}

/** A request that was refused before a room saw it; `route` is the pattern, never the address. */
export type Refusal = { caller: Caller | undefined; code: FailureCode; method: string; route: string }

const schemeOf = ({ headers: { authorization = '' } }: FastifyRequest) =>
  /^dpop /i.test(authorization) ? 'DPoP' : 'Bearer'

/** Tells of a refusal at the door. */
export function noteRefusal(request: FastifyRequest, code: FailureCode, caller = request.caller): void {
  const { method, url: route = '' } = request.routeOptions
  request.server.onRefused?.({ caller: caller ?? undefined, code, method: [method].flat().join(), route })
}

/** Refuses a request at the door, and tells of it. */
export function refuseAtDoor(request: FastifyRequest, reply: FastifyReply, why: Failure, caller = request.caller) {
  noteRefusal(request, why.failure, caller)
  if (kindOf(why.failure).status === 401) reply.header('www-authenticate', challengeOf(why, schemeOf(request)))
  return refuse(reply, why)
}

export function guardAccess(app: FastifyInstance, door: Door, count: CountRequest): void {
  app.decorateRequest('caller', null as unknown as Caller)
  app.decorate('countMore', (request, more) => count(request.caller, request, more))
  const routes: RouteOptions[] = []
  app.addHook('onRoute', route => void routes.push(route))
  app.addHook('onReady', async () => {
    const silent = routes.find(({ config }) => !config?.access)
    if (silent) throw new Error(`${silent.method} ${silent.url} does not say who may call it`)
  })
  app.addHook('onRequest', (request, reply, goOn) => {
    if (request.routeOptions.config.access === undefined) return goOn()
    const enter = (admission: Admission) => {
      if (mayEnter(request, reply, admission, count)) goOn()
    }
    const admission = admit(door, request)
    if (admission instanceof Promise) admission.then(enter, goOn)
    else enter(admission)
  })
}

/** Refuses where it says no. Requests are counted once their caller is known, by the caller. */
function mayEnter(request: FastifyRequest, reply: FastifyReply, admission: Admission, count: CountRequest): boolean {
  const { caller, refused } = admission
  if (refused) {
    refuseAtDoor(request, reply, refused, caller)
    return false
  }
  if (caller) request.caller = caller
  const wait = request.routeOptions.config.uncounted ? 0 : count(caller, request)
  if (wait > 0) refuseAtDoor(request, reply.header('retry-after', String(wait)), failure('TOO_MANY_REQUESTS'))
  return wait === 0
}
