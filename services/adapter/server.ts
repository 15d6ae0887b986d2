/** The adapter's HTTP server: the intake, a sign of life, figures. Records get in with the token alone, from anywhere. */

import { hash, timingSafeEqual } from 'node:crypto'
import fastify, {
  type FastifyBaseLogger,
  type FastifyError,
  type FastifyReply,
  type FastifyRequest,
  LogController,
} from 'fastify'
import { recordChanges } from '../contract/envelope.ts'
import { type Failure, failure, inWords, isFailure, kindOf } from '../contract/failure.ts'
import type { Logger } from '../contract/log.ts'
import { refuse } from '../contract/problem.ts'
import { closed } from '../contract/shapes.ts'
import { jsonLines, recordsIn, statusOf, verdictsOf } from './intake.ts'
import type { AdapterMetrics } from './metrics.ts'
import type { RecordEventHint, RecordPublisher } from './publish-record.ts'

export type ServerOptions = {
  log: Logger
  metrics: AdapterMetrics
  /** The intake, where there is one. */
  intake?: { publisher: RecordPublisher; token: string } | undefined
}

const largestBody = 8_388_608

export type Server = ReturnType<typeof createServer>

export function createServer({ log, metrics, intake }: ServerOptions) {
  const app = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: largestBody,
    ajv: { customOptions: { removeAdditional: false, coerceTypes: false } },
    requestTimeout: 30_000,
    handlerTimeout: 15_000,
    connectionTimeout: 60_000,
    keepAliveTimeout: 72_000,
    return503OnClosing: true,
  })
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const outcome = failureOf(error)
    if (outcome.failure === 'INTERNAL') request.log.error({ err: error }, 'request failed')
    return refuse(reply, outcome)
  })
  app.setNotFoundHandler((_, reply) => refuse(reply, failure('NOT_FOUND')))
  app.get('/healthz', async () => ({ status: 'ok' }))
  app.get('/metrics', async (_, reply) =>
    reply.type(metrics.registry.contentType).send(await metrics.registry.metrics()),
  )
  if (!intake) return app

  app.removeAllContentTypeParsers()
  const parserOf = (form: 'document' | 'lines') => async (request: FastifyRequest, body: Buffer) =>
    isPacked(request) ? packed : recordsIn(body, form)
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, parserOf('document'))
  app.addContentTypeParser<Buffer>(jsonLines, { parseAs: 'buffer' }, parserOf('lines'))
  app.post<{ Body?: Awaited<ReturnType<ReturnType<typeof parserOf>>>; Querystring: RecordEventHint }>('/records', {
    onRequest: async (request, reply) => admit(intake.token, request, reply),
    schema: { querystring, response: { 200: verdictsSchema, 207: verdictsSchema, 422: verdictsSchema } },
    handler: async ({ body: records, query }, reply) => {
      if (!records) return refuse(reply, failure('MEDIA_TYPE_UNSUPPORTED', { detail: mediaTypes }))
      if (isFailure(records)) return refuse(reply, records)
      return answer(await intake.publisher.publishAll(records, query), reply)
    },
  })
  return app
}

/** Where the body is packed, which is told apart from one that is not UTF-8. */
const isPacked = ({ headers }: FastifyRequest) => !['', 'identity'].includes(headers['content-encoding'] ?? '')
const packed = failure('MEDIA_TYPE_UNSUPPORTED', { detail: 'Send the body as it is, without a content-encoding.' })

const mediaTypes = `Send application/json or ${jsonLines[0]}.`

/** Both are hashed first, so that neither content nor length can be told from the time it takes. */
function admit(expected: string, request: FastifyRequest, reply: FastifyReply) {
  const [, token] = /^bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
  if (!token) return refuse(reply, failure('TOKEN_MISSING'))
  const digest = (text: string) => hash('sha256', text, 'buffer')
  if (!timingSafeEqual(digest(token), digest(expected))) return refuse(reply, failure('TOKEN_INVALID'))
  return undefined
}

/** Where Kafka did not take them, nothing is said of single records: the whole may be sent again. */
function answer(outcomes: Awaited<ReturnType<RecordPublisher['publishAll']>>, reply: FastifyReply) {
  const whole = outcomes.find(outcome => isFailure(outcome) && ofTheWhole.includes(outcome.failure))
  if (whole && isFailure(whole))
    return refuse(reply, kindOf(whole.failure).retry ? { ...whole, detail: sendAgain } : whole)
  const verdicts = verdictsOf(outcomes)
  return reply.code(statusOf(verdicts)).send(verdicts)
}

const ofTheWhole = [
  'UNAVAILABLE',
  'TOO_MANY_REQUESTS',
  'NOT_ALLOWED',
  'DATASET_UNKNOWN',
  'SCHEMA_UNKNOWN',
  'SCHEMA_REFUSED',
  'SCHEMA_RETIRED',
]
const sendAgain = 'Not every record is safe yet. Send the whole again: what arrived already does no harm.'

function failureOf(error: FastifyError): Failure {
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return failure('BODY_TOO_LARGE', { detail: `At most ${largestBody} bytes.` })
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return failure('UNAVAILABLE', { detail: sendAgain })
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return failure('MEDIA_TYPE_UNSUPPORTED', { detail: mediaTypes })
  if (error.validation) return failure('BODY_INVALID', queryWords)
  return error.statusCode === 400 ? failure('BODY_NOT_JSON') : failure('INTERNAL')
}

const queryWords = inWords(
  `The query takes change alone, which is one of: ${recordChanges.join(', ')}.`,
  `查询参数仅接受 change，取值为：${recordChanges.join('、')}。`,
)

const querystring = {
  type: 'object',
  ...closed,
  properties: {
    change: { enum: recordChanges, description: 'What happened to all records of the body; else as configured' },
  },
}
const violation = {
  type: 'object',
  ...closed,
  properties: {
    pointer: { type: 'string' },
    keyword: { type: 'string' },
    message: { type: 'string' },
    zh: { type: 'string' },
  },
}
const verdict = {
  type: 'object',
  ...closed,
  properties: {
    index: { type: 'integer' },
    verdict: { type: 'string' },
    key: { type: 'string' },
    sequence: { type: 'integer' },
    id: { type: 'string' },
    code: { type: 'string' },
    reason: { type: 'string' },
    violations: { type: 'array', items: violation },
  },
}
const verdictsSchema = {
  type: 'object',
  ...closed,
  properties: {
    published: { type: 'integer' },
    refused: { type: 'integer' },
    verdicts: { type: 'array', items: verdict },
  },
}
