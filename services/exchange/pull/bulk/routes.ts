import { Readable } from 'node:stream'
import Type from 'typebox'
import { failure, inWords } from '../../../contract/failure.ts'
import { refuseAtDoor } from '../../platform/http/access.ts'
import { invalidInput } from '../../platform/http/errors.ts'
import { answers, plainAnswer, refuse } from '../../platform/http/problem.ts'
import type { Plugin } from '../../platform/http/server.ts'
import { noDepartment } from '../../platform/identity/caller-lacks.ts'
import type { PullNeeds } from '../needs.ts'
import type { Desk } from '../open-desk.ts'
import { pullBody } from '../pull.ts'
import { answerItems } from './answer-items.ts'
import { checkNumber, type Item, itemsOf, mostItems, readLines } from './items.ts'
import { createShare } from './share.ts'

const lines = 'application/x-ndjson'

type BulkNeeds = PullNeeds & { newId: () => string }

export const bulkRoutes =
  (needs: BulkNeeds, desk: Desk): Plugin =>
  async app => {
    app.addContentTypeParser<Buffer>(lines, { parseAs: 'buffer' }, (_, body, done) => done(null, readLines(body)))
    const compile = app.validatorCompiler!
    const validatePull = compile({ schema: pullBody, method: 'POST', url: '/v1/pulls', httpPart: 'body' })
    const validate = (request: unknown) =>
      validatePull(request) ? undefined : invalidInput((validatePull as { errors?: never[] }).errors ?? [], 'body')
    const parts = { desk, share: createShare(), newId: needs.newId, validate }
    app.post(
      '/v1/pulls/bulk',
      {
        config: { access: 'pull', keepsTime: true },
        // Items are validated one by one, so that a bad one spoils nothing.
        validatorCompiler: part => (part.httpPart === 'body' ? () => true : compile(part)),
        schema: {
          operationId: 'createPulls',
          tags: ['pulls'],
          summary: 'Up to 100 pulls in one call, each decided, logged and answered for itself',
          description: `A JSON array, or one pull on each line as ${lines}. Answered in order, a line for each: \`item\`, \`status\`, and the \`answer\` or the \`problem\` that POST /v1/pulls would give.`,
          body: Type.Array(pullBody, { minItems: 1, maxItems: mostItems }),
          response: answers({ 200: plainAnswer<Readable>(lines, 'A JSON object on each line') }),
        },
      },
      async (request, reply) => {
        if (!request.caller.department) return refuse(reply, noDepartment)
        const isLines = request.headers['content-type']?.startsWith(lines)
        const items = isLines ? (request.body as unknown as Item[]) : itemsOf(request.body)
        const wrong = checkNumber(items)
        if (wrong) return refuseAtDoor(request, reply, wrong)
        const wait = app.countMore(request, items.length - 1)
        if (wait > 0) return refuseAtDoor(request, reply.header('retry-after', String(wait)), tooManyLeft)
        return reply.type(lines).send(Readable.from(answerItems(parts, request, items)))
      },
    )
  }

const tooManyLeft = failure(
  'TOO_MANY_REQUESTS',
  inWords(
    'Each pull of the call counts, and this minute has not so many left: none was begun.',
    '批量调用按条计数，本分钟剩余次数不足，本次均未执行。',
  ),
)
