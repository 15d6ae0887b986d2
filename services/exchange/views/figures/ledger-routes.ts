import { isFailure } from '../../../contract/failure.ts'
import type { LogNeeds } from '../../log/append/needs.ts'
import { answers, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { ledgerAnswer, ledgerQuery } from './ledger-shapes.ts'
import { readLedger } from './read-ledger.ts'

/** Milliseconds: a period may hold millions of entries. */
const longReading = 3_600_000

export const ledgerRoutes =
  (needs: LogNeeds): Plugin =>
  async app => {
    app.get(
      '/v1/ledger',
      {
        config: { access: 'read-ledger' },
        handlerTimeout: longReading,
        schema: {
          tags: ['matters'],
          summary: 'Papers nobody carried: proofs asked for, met by data, still on paper and why',
          querystring: ledgerQuery,
          response: answers({ 200: ledgerAnswer }),
        },
      },
      async (request, reply) => {
        const ledger = await readLedger(needs, request.caller, request.query)
        return isFailure(ledger) ? refuse(reply, ledger) : reply.send(ledger)
      },
    )
  }
