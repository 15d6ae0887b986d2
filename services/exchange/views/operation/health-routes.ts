import Type from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { answers, plainAnswer } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { StuckPartition } from '../../records/ingest/standstill.ts'
import type { OperationNeeds } from './needs.ts'

const state = Type.Union([Type.Literal('ready'), Type.Literal('failing')])
const standingStill = Type.Object(
  {
    dataset: Type.String(),
    partition: Type.Optional(Type.Integer()),
    because: Type.String({ description: 'unreadable-batch, not-moving or no-topic' }),
    seconds: Type.Integer({ description: 'Since it moved' }),
  },
  closed,
)
const readiness = Type.Object(
  {
    ready: Type.Boolean(),
    parts: Type.Record(Type.String(), state),
    instance: Type.String({ description: 'This process, so that whoever started it knows that no other answers' }),
    standing: Type.Optional(Type.Array(standingStill, { description: 'What is not taken in though it waits' })),
  },
  closed,
)

/** Each dependency by its name; a check resolves where the part can be used. */
export type Checks = Record<string, () => Promise<unknown>>

export type HealthOptions = {
  instance: string
  /** Partitions that do not move though messages wait. */
  standing: () => readonly StuckPartition[]
  /** Whether /metrics is served here, too. */
  metrics: boolean
}

export const healthRoutes =
  (needs: OperationNeeds, checks: Checks, { instance, standing, metrics }: HealthOptions): Plugin =>
  async app => {
    let looking: ReturnType<typeof look> | undefined
    const look = async () => {
      const names = Object.keys(checks)
      const states = await Promise.all(names.map(name => stateOf(checks[name]!)))
      const parts = Object.fromEntries(names.map((name, n) => [name, states[n]!]))
      const still = [...standing()]
      const ready = states.every(one => one === 'ready')
      return { ready, parts, instance, ...(still.length > 0 && { standing: still }) }
    }

    app.get(
      '/healthz',
      {
        config: { access: 'anyone', uncounted: true },
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
        config: { access: 'anyone', uncounted: true },
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
        config: { access: 'anyone', uncounted: true },
        schema: {
          tags: ['operation'],
          summary: 'Prometheus metrics',
          response: answers({ 200: plainAnswer('text/plain', 'Metrics in the text format of Prometheus') }),
        },
      },
      async (_request, reply) =>
        reply.type(needs.metrics.registry.contentType).send(await needs.metrics.registry.metrics()),
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
