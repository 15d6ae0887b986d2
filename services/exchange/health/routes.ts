import Type from 'typebox'
import { answers } from '../http/problem.ts'
import type { Plugin } from '../http/server.ts'
import type { Hub } from '../hub.ts'

const closed = { additionalProperties: false }
const state = Type.Union([Type.Literal('ready'), Type.Literal('failing')])
const readiness = Type.Object(
  {
    ready: Type.Boolean(),
    parts: Type.Record(Type.String(), state),
    instance: Type.String({ description: 'This process, so that whoever started it knows that no other answers' }),
  },
  closed,
)

/** Each dependency by its name; a check resolves where the part can be used. */
export type Checks = Record<string, () => Promise<unknown>>

export type HealthOptions = {
  instance: string
  /** Whether /metrics is served here, too. */
  metrics: boolean
}

export const healthRoutes =
  (hub: Hub, checks: Checks, { instance, metrics }: HealthOptions): Plugin =>
  async app => {
    let looking: ReturnType<typeof look> | undefined
    const look = async () => {
      const names = Object.keys(checks)
      const states = await Promise.all(names.map(name => stateOf(checks[name]!)))
      const parts = Object.fromEntries(names.map((name, n) => [name, states[n]!]))
      return { ready: states.every(one => one === 'ready'), parts, instance }
    }

    app.get(
      '/healthz',
      {
        config: { access: 'anyone', rateLimit: false },
        schema: {
          tags: ['operation'],
          summary: 'The process is alive',
          response: answers({ 200: Type.Object({ alive: Type.Literal(true) }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ alive: true }),
    )

    app.get(
      '/readyz',
      {
        config: { access: 'anyone', rateLimit: false },
        schema: {
          tags: ['operation'],
          summary: 'Everything the hub depends on answers',
          response: { ...answers({ 200: readiness }), 503: readiness },
        },
      },
      async (_request, reply) => {
        // Anybody may ask: all who ask at once are answered by one look.
        looking ??= look().finally(() => {
          looking = undefined
        })
        const found = await looking
        return reply.code(found.ready ? 200 : 503).send(found)
      },
    )

    if (!metrics) return
    app.get(
      '/metrics',
      {
        config: { access: 'anyone', rateLimit: false },
        schema: {
          tags: ['operation'],
          summary: 'Prometheus metrics',
          response: answers({ 200: { description: 'Metrics', content: { 'text/plain': { schema: Type.String() } } } }),
        },
      },
      async (_request, reply) =>
        reply.type(hub.metrics.registry.contentType).send(await hub.metrics.registry.metrics()),
    )
  }

const patience = 3_000

async function stateOf(check: () => Promise<unknown>): Promise<'ready' | 'failing'> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error('too late')), patience)
  try {
    await Promise.race([check(), late.promise])
    return 'ready'
  } catch {
    return 'failing'
  } finally {
    clearTimeout(timer)
  }
}
