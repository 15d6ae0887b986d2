import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { ownDataset } from '../../law/catalogue/own-dataset.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { askReset, decideReset } from './decide-sequence-reset.ts'
import type { RegistryNeeds } from './needs.ts'
import type { SequenceReset } from './sequence-reset.ts'
import { listResets } from './sequence-reset-store.ts'

const instant = Type.String({ format: 'date-time' })
const orNull = <T extends Type.TSchema>(type: T) => Type.Union([type, Type.Null()])
const reset = Type.Object(
  {
    id: Type.String(),
    dataset: Type.String(),
    key: orNull(Type.String()),
    reason: Type.String(),
    state: Type.Enum(['asked', 'approved', 'declined']),
    askedAt: instant,
    askedBy: Type.String(),
    answeredAt: orNull(instant),
    answeredBy: orNull(Type.String()),
  },
  closed,
)
const params = Type.Object({ id: Type.String({ maxLength: 110 }) }, closed)
const place = Type.Object({ ...params.properties, reset: Type.String({ maxLength: 40 }) }, closed)
const most = 200

export const sequenceResetRoutes =
  (needs: RegistryNeeds): Plugin =>
  async app => {
    app.post(
      '/v1/datasets/:id/sequence-resets',
      {
        config: { access: 'reset-sequence' },
        schema: {
          tags: ['ingest'],
          summary: 'Ask that what stands yield to the next version, whatever its sequence; another person approves',
          params,
          body: Type.Object(
            {
              key: Type.Optional(
                Type.String({ minLength: 1, maxLength: 200, description: 'Of one record; of all where absent' }),
              ),
              reason: Type.String({ minLength: 2, maxLength: 2000 }),
            },
            closed,
          ),
          response: answers({ 201: reset }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        const { key = null, reason } = request.body
        const asked = await askReset(needs, request.caller, { dataset: dataset.id, key, reason })
        return reply.code(201).send(dated(asked))
      },
    )

    app.get(
      '/v1/datasets/:id/sequence-resets',
      {
        config: { access: 'reset-sequence' },
        schema: {
          tags: ['ingest'],
          summary: `The last ${most} resets of sequences that were asked for, newest first`,
          params,
          response: answers({ 200: Type.Object({ items: Type.Array(reset) }, closed) }),
        },
      },
      async (request, reply) => {
        const dataset = ownDataset(needs.catalogue, request.caller, request.params.id)
        if (isFailure(dataset)) return refuse(reply, dataset)
        return reply.send({ items: (await listResets(needs.pool, dataset.id, most)).map(dated) })
      },
    )

    for (const [step, state] of [
      ['approve', 'approved'],
      ['decline', 'declined'],
    ] as const) {
      app.post(
        `/v1/datasets/:id/sequence-resets/:reset/${step}`,
        {
          config: { access: 'reset-sequence' },
          schema: {
            tags: ['ingest'],
            summary: `Have a reset that another person asked for ${state}`,
            params: place,
            response: answers({ 200: reset }),
          },
        },
        async (request, reply) => {
          const { id, reset: asked } = request.params as { id: string; reset: string }
          const dataset = ownDataset(needs.catalogue, request.caller, id)
          if (isFailure(dataset)) return refuse(reply, dataset)
          const outcome = await decideReset(needs, request.caller, { id: asked, dataset: dataset.id, state })
          return isFailure(outcome) ? refuse(reply, outcome) : reply.send(dated(outcome))
        },
      )
    }
  }

const dated = ({ askedAt, answeredAt, ...one }: SequenceReset) => ({
  ...one,
  askedAt: askedAt.toISOString(),
  answeredAt: answeredAt?.toISOString() ?? null,
})
