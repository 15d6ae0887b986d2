/** Refusals before there is a request: no HTTP, no address, too long. Told as everywhere, and never with what was sent. */
import type { Socket } from 'node:net'
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify'
import { type Failure, failure, inWords, kindOf } from '../../../contract/failure.ts'
import { problemOf, refuse } from './problem.ts'
import type { Speaker } from './speaker.ts'

const percent = inWords(
  'Send the address in ASCII, with all other characters as UTF-8 in percent-encoding.',
  '地址须为 ASCII，其他字符请按 UTF-8 进行百分号编码。',
)

/** fastify's `frameworkErrors`: the address cannot be read, or one of its parts is too long. No hook sees these answers. */
export const answerFrameworkError =
  (speaker: Speaker | undefined) => (error: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
    const isLong = error.code === 'FST_ERR_MAX_PARAM_LENGTH'
    const refusal = isLong ? failure('ADDRESS_TOO_LONG') : failure('REQUEST_MALFORMED', percent)
    const words = speaker?.(request, problemOf(refusal, request.id))
    if (words) reply.code(words.status).type(words.type).send(words.body)
    else refuse(reply, refusal)
  }

const allMethods = 'DELETE, GET, HEAD, POST, PUT'

/** Node's `clientError`: its parser gave up, so there is a socket alone. */
export const answerClientError = (newId: () => string) => (error: Error & { code?: string }, socket: Socket) => {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  const refusal = refusalOf(error.code)
  const body = JSON.stringify(problemOf(refusal, newId()))
  const head = [
    `HTTP/1.1 ${kindOf(refusal.failure).status} ${refusal.failure}`,
    'content-type: application/problem+json; charset=utf-8',
    `content-length: ${Buffer.byteLength(body)}`,
    ...(refusal.failure === 'METHOD_NOT_ALLOWED' ? [`allow: ${allMethods}`] : []),
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

function refusalOf(code: string | undefined): Failure {
  if (code === 'HPE_INVALID_METHOD') return failure('METHOD_NOT_ALLOWED')
  if (code === 'HPE_HEADER_OVERFLOW') return failure('HEADERS_TOO_LARGE')
  if (code === 'ERR_HTTP_REQUEST_TIMEOUT') return failure('REQUEST_TOO_SLOW')
  return failure('REQUEST_MALFORMED', percent)
}
