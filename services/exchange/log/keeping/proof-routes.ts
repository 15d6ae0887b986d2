/** Public routes of the log: its keys, its checkpoint, and proofs. Hashes of salted entries betray nothing. */

import Type from 'typebox'
import { isFailure } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import { answers, plainAnswer, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import type { LogNeeds } from '../append/needs.ts'
import { consistencyOf, receiptFor } from './read-published.ts'
import { readMinimumIndex } from './retention-store.ts'

const position = (description: string) => Type.Integer({ minimum: 0, maximum: Number.MAX_SAFE_INTEGER, description })
const hashes = Type.Array(Type.String(), { description: 'SHA-256 hashes in base64, as RFC 6962 orders them' })

export const proofRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    const schema = { tags: ['access log'] }

    app.get(
      '/v1/access-log',
      {
        config: { access: 'anyone' },
        schema: {
          ...schema,
          summary: 'The log’s name, its keys, and the index below which entries are past their retention',
          response: answers({
            200: Type.Object(
              {
                origin: Type.String(),
                keys: Type.Array(Type.Object({ verifierKey: Type.String(), state: Type.String() }, closed)),
                minimumIndex: Type.Integer(),
              },
              closed,
            ),
          }),
        },
      },
      async (_, reply) => {
        const { origin, keys } = needs.accessLog
        return reply.send({ origin, keys: [...keys], minimumIndex: await readMinimumIndex(needs.pool) })
      },
    )

    app.get(
      '/v1/access-log/checkpoint',
      {
        config: { access: 'anyone' },
        schema: {
          ...schema,
          summary: 'The newest published checkpoint',
          response: answers({ 200: plainAnswer('text/plain', 'A signed note (c2sp.org/tlog-checkpoint)') }),
        },
      },
      async (_, reply) =>
        reply
          .type('text/plain; charset=utf-8')
          .header('cache-control', 'no-cache')
          .send(await needs.accessLog.checkpoint()),
    )

    app.get(
      '/v1/access-log/proof',
      {
        config: { access: 'anyone' },
        schema: {
          ...schema,
          summary: 'Proof that an entry stands in the tree of a size; by default, a whole receipt for the checkpoint',
          querystring: Type.Object(
            {
              index: position('Of the entry'),
              size: Type.Optional(position('Of the tree; the checkpoint’s where absent')),
            },
            closed,
          ),
          response: answers({
            200: Type.Object(
              {
                index: Type.Integer(),
                size: Type.Integer(),
                leaf: Type.String({ description: 'Hash of the entry, in base64' }),
                hashes,
                receipt: Type.Optional(Type.String({ description: 'c2sp.org/tlog-proof' })),
              },
              closed,
            ),
          }),
        },
      },
      async (request, reply) => {
        const outcome = await receiptFor(needs, request.query.index, request.query.size)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )

    app.get(
      '/v1/access-log/consistency',
      {
        config: { access: 'anyone' },
        schema: {
          ...schema,
          summary: 'Proof that the tree of one size begins with the tree of a smaller one',
          querystring: Type.Object(
            { from: position('The smaller size'), to: Type.Optional(position('The checkpoint’s where absent')) },
            closed,
          ),
          response: answers({ 200: Type.Object({ from: Type.Integer(), to: Type.Integer(), hashes }, closed) }),
        },
      },
      async (request, reply) => {
        const outcome = await consistencyOf(needs, request.query.from, request.query.to)
        return isFailure(outcome) ? refuse(reply, outcome) : reply.send(outcome)
      },
    )
  }
