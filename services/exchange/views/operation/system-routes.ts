/** Systems that call the hub and publish to it, adapters among them, and their issuers. */

import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { rights, roles } from '../../../contract/role.ts'
import { bilingual, closed } from '../../../contract/shapes.ts'
import { isTextPosition, pageOf, pageQuery, readPage } from '../../platform/http/page.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { Issuer } from '../../platform/identity/issuer.ts'
import { lookAtIssuers } from './issuers.ts'
import { listSystems, type SeenSystem } from './list-systems.ts'
import type { OperationNeeds } from './needs.ts'

const text = Type.String()
const instant = Type.String({ format: 'date-time' })

const knownSystem = Type.Object(
  {
    id: text,
    department: text,
    title: bilingual,
    active: Type.Boolean(),
    roles: Type.Array(text),
    rights: Type.Array(Type.Enum([...rights]), { description: 'What it may do as a system' }),
    dpopRequired: Type.Boolean({ description: 'Whether its tokens open nothing without a proof of its key (DPoP)' }),
    keys: Type.Array(Type.Object({ kid: text, crv: text }, closed), { description: 'Public keys it may use now' }),
    changedAt: Type.String({ format: 'date-time', description: 'When its entry, keys included, was last changed' }),
    lastCall: Type.Optional(
      Type.Object({ at: instant, decision: text }, { ...closed, description: 'Its newest entry of the access log' }),
    ),
    published: Type.Array(
      Type.Object({ dataset: text, records: Type.Integer(), eventTime: instant, takenAt: instant }, closed),
      { description: 'Records accepted from it; empty where it has published nothing' },
    ),
  },
  closed,
)

const issuerState = Type.Object(
  {
    issuer: text,
    state: Type.Enum(['ready', 'failing']),
    keys: Type.Integer({ description: 'How many it shows' }),
    roles: Type.Array(Type.Enum([...roles]), { description: 'Roles it may give' }),
    departments: Type.Array(text, { description: 'Departments it may speak for; * is every one' }),
  },
  closed,
)

export const systemRoutes =
  (needs: OperationNeeds, issuers: readonly Issuer[]): Plugin =>
  async app => {
    app.get(
      '/v1/systems',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['operation'],
          summary: 'Every registered system: its keys, when it last called, what it last published',
          querystring: Type.Object(pageQuery, closed),
          response: answers({ 200: pageOf(knownSystem) }),
        },
      },
      async (request, reply) => {
        const page = await readPage(request.query, {
          isPosition: isTextPosition,
          list: (after, limit) => listSystems(needs.pool, after, limit + 1),
          positionOf: ({ id }) => id,
          answerOf: dated,
        })
        return isFailure(page) ? refuse(reply, page) : reply.send(page)
      },
    )

    app.get(
      '/v1/issuers',
      {
        config: { access: 'operate' },
        schema: {
          tags: ['operation'],
          summary: 'The trusted issuers of tokens, and whether their keys can be read now',
          response: answers({ 200: Type.Object({ items: Type.Array(issuerState) }, closed) }),
        },
      },
      async (_request, reply) => reply.send({ items: await lookAtIssuers(issuers) }),
    )
  }

const dated = ({ changedAt, published, rights: held, ...known }: SeenSystem) => ({
  ...known,
  rights: [...held],
  changedAt: changedAt.toISOString(),
  published: published.map(({ eventTime, takenAt, ...one }) => ({
    ...one,
    eventTime: eventTime.toISOString(),
    takenAt: takenAt.toISOString(),
  })),
})
