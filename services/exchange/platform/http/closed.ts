/**
 * Undeclared parameters and members are refused by their place: a parameter or body that is read and dropped would let the
 * caller believe that it was heard. Bodies and queries that routes declare are closed by their own schemas.
 */
import type { FastifyInstance } from 'fastify'
import Type from 'typebox'
import { failure, inWords } from '../../../contract/failure.ts'
import { refuseAtDoor } from './access.ts'
import { demandClosed } from './closed-query.ts'

const nothing = Type.Object({}, { additionalProperties: false })
/** Browsers come to pages with parameters for the page's own script, probes with what keeps caches away. */
const takesAnything = /^\/($|docs|console|healthz|readyz|metrics)/

export function takeOnlyWhatIsDeclared(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (takesAnything.test(route.url)) return
    route.schema = { ...route.schema, querystring: route.schema?.querystring ?? nothing }
    // Clients of the Confluent API, which is hidden from our document, send empty parameters.
    if (!route.schema.hide) demandClosed(route.schema.querystring, `${route.method} ${route.url}`)
  })
  app.addHook('preValidation', (request, reply, goOn) => {
    const { schema } = request.routeOptions
    if (schema && !schema.body && isSomething(request.body))
      refuseAtDoor(request, reply, failure('BODY_INVALID', noBody))
    else goOn()
  })
}

const isSomething = (body: unknown) =>
  body !== undefined && body !== null && !(typeof body === 'object' && Object.keys(body).length === 0)

const noBody = { pointer: '', ...inWords('This call takes no body.', '该接口不接受请求体。') }
