/** The hub's HTTP server: fastify with its time limits, its validators and its one way to say no. No route lives here. */
import type { TypeBoxTypeProvider } from '@fastify/type-provider-typebox'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fastify, {
  type FastifyBaseLogger,
  type FastifyInstance,
  type FastifyPluginAsync,
  LogController,
  type RawServerDefault,
} from 'fastify'
import { isInstant } from '../../../contract/envelope.ts'
import { failure } from '../../../contract/failure.ts'
import { formats } from '../../../contract/formats/index.ts'
import type { Logger } from '../../../contract/log.ts'
import type { LogInReader } from '../identity/reader-login.ts'
import { guardAccess, type Refusal } from './access.ts'
import type { Door } from './admission.ts'
import { takeOnlyWhatIsDeclared } from './closed.ts'
import { answerErrors } from './errors.ts'
import { readJsonBodies } from './json-body.ts'
import { answerClientError, answerFrameworkError } from './malformed.ts'
import { answerUnknownAddresses } from './methods.ts'
import { problemSchema } from './problem.ts'
import { createRequestCount, type RequestLimits } from './request-count.ts'
import { letSpeak, type Speaker } from './speaker.ts'

/** A room's routes: `export const xRoutes = (hub: Hub): Plugin => async app => { app.get(...) }`. */
export type Plugin = FastifyPluginAsync<Record<never, never>, RawServerDefault, TypeBoxTypeProvider, FastifyBaseLogger>

export type ServerOptions = Omit<Door, 'logInReader'> &
  RequestLimits & {
    /** Without it no reader is known. */
    logInReader?: LogInReader
    log: Logger
    newId: () => string
    /** Told of every request that is refused before a room sees it. */
    onRefused?: (refusal: Refusal) => void
    speaker?: Speaker
  }

export async function createServer(options: ServerOptions) {
  const { log, newId, onRefused, speaker } = options
  const plain = fastify({
    loggerInstance: log as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: newId,
    bodyLimit: 1_048_576,
    requestTimeout: 30_000,
    connectionTimeout: 60_000,
    // A logger for each request would only add the request's id to what errors.ts logs; it does so itself.
    childLoggerFactory: logger => logger,
    keepAliveTimeout: 72_000,
    return503OnClosing: true,
    frameworkErrors: answerFrameworkError(speaker),
    clientErrorHandler: answerClientError(newId),
    routerOptions: { maxParamLength: 200 },
  })
  plain.removeAllContentTypeParsers()
  readJsonBodies(plain, 'application/json')
  if (onRefused) plain.decorate('onRefused', onRefused)
  answerErrors(plain)
  if (speaker) letSpeak(plain, speaker)
  answerUnknownAddresses(plain)
  guardAccess(plain, { logInReader: noReader, ...options }, createRequestCount(options))
  takeOnlyWhatIsDeclared(plain)
  limitTime(plain)
  leaveNobodyWaiting(plain)
  const app = plain.withTypeProvider<TypeBoxTypeProvider>()
  app.setValidatorCompiler(({ schema, httpPart }) => (httpPart === 'body' ? strict : lenient).compile(schema as object))
  app.addSchema(problemSchema)
  return app
}

const noReader: LogInReader = () => failure('TOKEN_INVALID')

export type Server = Awaited<ReturnType<typeof createServer>>

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The route bounds its own time. */
    keepsTime?: true
  }
}

/** Milliseconds until TIMED_OUT. fastify's timer costs a request half as much again, so a route may have its own bound. */
const timeLimit = 30_000

function limitTime(app: FastifyInstance): void {
  app.addHook('onRoute', route => {
    if (!route.config?.keepsTime) route.handlerTimeout ??= timeLimit
  })
}

/** Milliseconds. */
const sweepEvery = 50

/**
 * Once the server closes, Node ends the connections that are idle at that moment, but waits for those that become so later:
 * until their clients let go of them, which may be never.
 */
function leaveNobodyWaiting(app: FastifyInstance): void {
  app.addHook('preClose', async () => {
    const sweep = setInterval(() => app.server.closeIdleConnections(), sweepEvery)
    app.server.once('close', () => clearInterval(sweep))
  })
}

/**
 * Moments go to timestamptz columns and come back from them, so they are asked for as PostgreSQL holds them. All of
 * them lie near today.
 */
const ourFormats = { ...formats, 'date-time': isInstant }

/** Bodies are taken as they are: nothing coerced, filled in or dropped. */
const strict = new Ajv2020({
  strict: true,
  allErrors: false,
  coerceTypes: false,
  useDefaults: false,
  removeAdditional: false,
  formats: ourFormats,
})

/** Query strings, parameters and headers are text, so numbers are read from it. */
const lenient = new Ajv2020({
  strict: true,
  coerceTypes: 'array',
  useDefaults: true,
  removeAdditional: false,
  formats: ourFormats,
})
