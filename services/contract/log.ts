/**
 * The operators' log (not the access log): JSON lines by pino. Personal data never belongs here, so log failure codes,
 * datasets, positions and ids of pulls; never records, subjects, bodies or messages of foreign errors. Redaction is the
 * second line of defence, not the first: it does not reach into strings.
 */
import { type DestinationStream, type Logger, pino } from 'pino'
import { type LogDestination, openLogDestination } from './log-destination.ts'

export type { Logger }

const personal = ['subject', 'data', 'body', 'record', 'value', 'claims', 'token', 'authorization', 'password']
const redactedPaths = personal.flatMap(name => [name, `*.${name}`, `*.*.${name}`])

/**
 * JSON lines that begin with `service`. `level`: trace, debug, info, warn, error, silent. They go to standard error unless a
 * destination is given, and are dropped and counted where that takes none.
 */
export function createLog(service: string, level = 'info', destination?: DestinationStream): Logger {
  const options = {
    level,
    base: { service },
    redact: { paths: [...redactedPaths, 'req.headers', 'res.headers'], censor: '[redacted]' },
    serializers: { err: describeError },
  }
  return pino(options, destination ?? openStandardError())
}

/** One for the process: two that wait for the same reader would mix their lines. */
let standardError: LogDestination | undefined

/** Standard output is for results alone. */
function openStandardError(): LogDestination {
  standardError ??= openLogDestination(2, Date.now)
  return standardError
}

/** Lines of this process's log that standard error did not take. */
export const lostLogLines = (): number => standardError?.lost() ?? 0

/**
 * The part of an error that may be logged: its class, code and where it was thrown, never its message. PostgreSQL's `detail` and
 * ajv's errors repeat the values they were given.
 */
export function describeError(error: unknown) {
  if (!(error instanceof Error)) return { type: typeof error }
  const frames = (error.stack ?? '').split('\n').filter(line => line.trimStart().startsWith('at '))
  return {
    type: error.name,
    code: (error as { code?: unknown }).code,
    frames: frames.slice(0, 8).map(line => line.trim()),
  }
}
