/** Every route that the hub makes, Confluent's too, as fastify tells of it; from the making of the hub on. */
import diagnostics from 'node:diagnostics_channel'
import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Access } from '../../services/exchange/platform/http/admission.ts'

export type AppRoute = {
  name: string
  method: string
  path: string
  access: Access
  schema: NonNullable<RouteOptions['schema']>
}

/** The result of `make`, and the routes it made on the way, but for the HEAD of each GET. */
export async function listRoutes<T>(make: () => Promise<T>): Promise<{ made: T; routes: AppRoute[] }> {
  const routes: AppRoute[] = []
  const listen = (message: unknown) => {
    const { fastify: app } = message as { fastify: FastifyInstance }
    app.addHook('onRoute', ({ url, method: methods, config, schema = {} }) => {
      const path = (config?.describedAs?.url ?? url).replaceAll(/:(\w+)/g, '{$1}').replaceAll('*', '{*}')
      for (const method of [methods].flat().filter(one => one !== 'HEAD'))
        routes.push({ name: `${method} ${path}`, method, path, access: config?.access ?? 'anyone', schema })
    })
  }
  diagnostics.subscribe('fastify.initialization', listen)
  const made = await make()
  diagnostics.unsubscribe('fastify.initialization', listen)
  return { made, routes }
}
