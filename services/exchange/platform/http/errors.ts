/** Failures made of what fastify and our surroundings throw; whatever is left is a bug: logged whole, told as INTERNAL. */
import type { FastifyError, FastifyInstance, FastifyRequest } from 'fastify'
import { type Failure, FailureThrown, failure, inWords, kindOf } from '../../../contract/failure.ts'
import { isHarmlessToken } from '../../../contract/json-pointer.ts'
import { isKafkaTrouble } from '../../../kafka/kafka.ts'
import { isOutage } from '../../../postgres/outage.ts'
import { refuseAtDoor } from './access.ts'
import { formatWords } from './format-words.ts'
import { refuse } from './problem.ts'

export function answerErrors(app: FastifyInstance): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const outcome = explainError(error, request)
    return kindOf(outcome.failure).status < 500 ? refuseAtDoor(request, reply, outcome) : refuse(reply, outcome)
  })
}

/** The failure that an error is told as; operators find the error in the log by the request's id. */
export function explainError(error: FastifyError, { id: reqId, log }: Pick<FastifyRequest, 'id' | 'log'>): Failure {
  const outcome = failureOf(error)
  if (outcome.failure === 'INTERNAL') log.error({ err: error, reqId }, 'request failed')
  else if (outcome.failure === 'UNAVAILABLE') log.warn({ err: error, reqId }, 'request met an outage')
  else if (outcome.failure === 'LOG_UNAVAILABLE')
    log.error({ err: error, detail: error.message, reqId }, 'the access log cannot be written')
  return outcome
}

const asJson = inWords(
  'Send the body as JSON, with content-type: application/json.',
  '请以 JSON 提交请求体，并注明 content-type: application/json。',
)
const notJson = inWords(
  'Send one JSON document in UTF-8, without __proto__ or constructor keys, U+0000 or halves of surrogate pairs.',
  '请发送一个 UTF-8 编码的 JSON 文档，不得含有 __proto__ 或 constructor 键、U+0000 或不成对的代理字符。',
)

/** Texts that PostgreSQL cannot hold, where they came by another way than a body. */
const isUnstorableText = ({ code }: FastifyError) => code === '22021' || code === '22P05' || code === '22P02'
const unstorable = inWords(
  'A text holds what cannot be stored: U+0000, or half a surrogate pair.',
  '文本含有无法保存的内容：U+0000 或不成对的代理字符。',
)

type Invalid = { instancePath?: string; keyword?: string; params?: Record<string, unknown>; message?: string }

function failureOf(error: FastifyError & { validation?: Invalid[]; validationContext?: string }): Failure {
  if (error.validation) return invalidInput(error.validation, error.validationContext ?? 'body')
  if (error instanceof FailureThrown) return error.failure
  if (error.code === 'FST_ERR_CTP_BODY_TOO_LARGE') return failure('BODY_TOO_LARGE')
  if (error.code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE') return failure('MEDIA_TYPE_UNSUPPORTED', asJson)
  if (error.code === 'FST_ERR_HANDLER_TIMEOUT') return failure('TIMED_OUT')
  if (error.statusCode === 429) return failure('TOO_MANY_REQUESTS')
  // Of a file that a page may not ask for.
  if (error.statusCode === 403 || error.statusCode === 404) return failure('NOT_FOUND')
  if (error.statusCode === 400) return failure('BODY_NOT_JSON', notJson)
  if (isOutage(error) || isKafkaTrouble(error)) return failure('UNAVAILABLE')
  if (isUnstorableText(error)) return failure('BODY_INVALID', unstorable)
  return failure('INTERNAL')
}

/**
 * ajv's messages name keywords and members of our own schemas, never the caller's values, so they may go out. A member that
 * only the caller has may be named after a person, so it is shown where it is a plain word alone.
 */
export function invalidInput(errors: Invalid[], context: string): Failure {
  const written = ({ keyword, params }: Invalid) =>
    keyword === 'format' ? formatWords(params?.format, context) : undefined
  const violations = errors.slice(0, 20).map(error => ({
    pointer: `${error.instancePath ?? ''}${placeOf(error)}`.replaceAll(/[^/]+/g, token =>
      isHarmlessToken(token) ? token : '*',
    ),
    keyword: error.keyword ?? 'invalid',
    message: [`${error.message ?? 'is not valid'}${choicesOf(error)}`, written(error)?.en].filter(Boolean).join(': '),
  }))
  const first = violations[0]
  if (!first) return failure('BODY_INVALID')
  const words = inWords(
    `In the ${context}, ${first.pointer || 'the whole'} ${first.message}.`,
    `${contexts[context] ?? '请求'}中 ${first.pointer || '整体'}：${rules[first.keyword] ?? '不符合要求'}（${[first.keyword, written(errors[0]!)?.zh].filter(Boolean).join('：')}）。`,
  )
  return failure('BODY_INVALID', { ...words, pointer: first.pointer, violations })
}

/** Demands of the keywords in our own bodies, in Chinese; the English is ajv's. */
const rules: Record<string, string> = {
  required: '缺少该项',
  additionalProperties: '不允许该项',
  type: '类型不符',
  enum: '不在允许的取值之内',
  const: '不在允许的取值之内',
  pattern: '格式不符',
  format: '格式不符',
  minLength: '过短',
  maxLength: '过长',
  minimum: '过小',
  maximum: '过大',
  minItems: '条目过少',
  maxItems: '条目过多',
  anyOf: '不符合允许的任何一种形式',
}

const contexts: Record<string, string> = {
  body: '请求体',
  querystring: '查询参数',
  params: '路径参数',
  headers: '请求头',
}

function placeOf({ keyword, params }: Invalid): string {
  if (keyword === 'required') return `/${String(params?.missingProperty)}`
  if (keyword === 'additionalProperties') return `/${String(params?.additionalProperty).replaceAll('/', '~1')}`
  return ''
}

const choicesOf = ({ keyword, params }: Invalid): string =>
  keyword === 'enum' ? `: ${JSON.stringify(params?.allowedValues)}` : ''
