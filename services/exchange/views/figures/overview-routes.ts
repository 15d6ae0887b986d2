import type { Readable } from 'node:stream'
import Type from 'typebox'
import { cityDayOf } from '../../../contract/city-time.ts'
import { failure, inWords, isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { answers, plainAnswer, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { openLive } from './live.ts'
import type { FiguresNeeds } from './needs.ts'
import { readConsumers, readDays, readFields } from './overview-store.ts'
import { overviewSchema } from './read-overview.ts'

const count = Type.Integer({ minimum: 0 })
const watchFor = 3_600_000
const monthInDays = 30

const tooManyWatch = inWords('Close another stream, or watch signed in.', '请关闭其他页面后重试，或登录后查看。')

const figures = Type.Object(
  {
    days: Type.Array(
      Type.Object({ day: Type.String({ format: 'date' }), messages: count, permits: count, refusals: count }, closed),
      { description: 'The last thirty days: messages taken in, results of pulls' },
    ),
    consumers: Type.Array(
      Type.Object(
        {
          department: Type.String(),
          permits: count,
          refusals: count,
          lastAt: Type.String({ format: 'date-time' }),
          fields: Type.Array(Type.Object({ pointer: Type.String(), reads: count }, closed)),
        },
        closed,
      ),
      { description: 'Departments that pulled it, and the fields they read' },
    ),
  },
  closed,
)

export const overviewRoutes =
  (needs: FiguresNeeds): Plugin =>
  async app => {
    const live = openLive(needs)
    // Before the server waits for open answers to end: these end only when told.
    app.addHook('preClose', () => live.close())

    app.get(
      '/v1/overview',
      {
        config: { access: 'anyone' },
        schema: {
          tags: ['overview'],
          summary: 'The hub at a glance: flows and papers of today, freshness of datasets',
          response: answers({ 200: overviewSchema }),
        },
      },
      async (_request, reply) => reply.header('cache-control', 'no-cache').send(await live.overview()),
    )

    app.get(
      '/v1/overview/events',
      {
        config: { access: 'anyone', knowsCaller: true },
        handlerTimeout: watchFor,
        schema: {
          tags: ['overview'],
          summary: 'The same as server-sent events, whenever it changes',
          response: answers({ 200: plainAnswer<Readable>('text/event-stream', 'Each event is an overview as JSON') }),
        },
      },
      async (request, reply) => {
        reply.type('text/event-stream').header('cache-control', 'no-store').header('x-accel-buffering', 'no')
        // Nobody would read the stream of a HEAD, which would keep a place until it is closed.
        if (request.method === 'HEAD') return reply.send()
        const watcher = request.caller
          ? { who: request.caller.id, kind: 'known' as const }
          : { who: request.ip, kind: 'anonymous' as const }
        const events = live.watch(watcher, request.raw.socket)
        if (!events) return refuse(reply, failure('TOO_MANY_REQUESTS', tooManyWatch))
        request.raw.once('close', () => events.destroy())
        return reply.send(events)
      },
    )

    app.get(
      '/v1/datasets/:id/figures',
      {
        config: { access: 'read-figures' },
        schema: {
          tags: ['overview'],
          summary: 'An own dataset in figures: messages and pulls by day, who reads which fields',
          params: Type.Object({ id: Type.String({ maxLength: 110 }) }, closed),
          response: answers({ 200: figures }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        await live.overview()
        const from = cityDayOf(new Date(needs.now().getTime() - monthInDays * 86_400_000))
        const [days, consumers, fields] = await Promise.all([
          readDays(needs.pool, dataset.id, from),
          readConsumers(needs.pool, dataset.id),
          readFields(needs.pool, dataset.id),
        ])
        const readBy = (department: string) =>
          fields.filter(row => row.department === department).map(({ field: pointer, reads }) => ({ pointer, reads }))
        return reply.send({
          days,
          consumers: consumers.map(({ lastAt, ...row }) => ({
            ...row,
            lastAt: lastAt.toISOString(),
            fields: readBy(row.department),
          })),
        })
      },
    )
  }
