/** Which methods an address knows, so that all others are answered 405 with `Allow` (RFC 9110 §15.5.6), before any body is read. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { failure } from '../../../contract/failure.ts'
import { refuse } from './problem.ts'

export function answerUnknownAddresses(app: FastifyInstance): void {
  const methodsOf = new Map<string, { fits: RegExp; methods: Set<string> }>()
  app.addHook('onRoute', ({ url, method }) => {
    const known = methodsOf.get(url) ?? { fits: patternOf(url), methods: new Set() }
    for (const one of [method].flat()) known.methods.add(one)
    methodsOf.set(url, known)
  })
  const answer = (request: FastifyRequest, reply: FastifyReply) => {
    const path = decodeURI(request.url.split('?')[0]!)
    const fitting = [...methodsOf.values()].filter(({ fits }) => fits.test(path))
    const allowed = new Set(fitting.flatMap(({ methods }) => [...methods]))
    if (allowed.size === 0 || allowed.has(request.method)) return refuse(reply, failure('NOT_FOUND'))
    return refuse(reply.header('allow', [...allowed].sort().join(', ')), failure('METHOD_NOT_ALLOWED'))
  }
  app.addHook('onRequest', (request, reply, goOn) => {
    if (request.is404) answer(request, reply)
    else goOn()
  })
  app.setNotFoundHandler(answer)
}

/** `/v1/datasets/:id/schemas` fits what its route fits; `*` takes the rest. */
function patternOf(url: string): RegExp {
  const escaped = url.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&')
  return new RegExp(`^${escaped.replaceAll(/:\w+/g, '[^/]+').replaceAll('*', '.*')}$`)
}
