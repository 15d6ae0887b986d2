/**
 * Holds what POST /v1/pulls answers against the schemas that it is documented by: the route writes its answers itself, so that
 * nothing else would notice a member too many.
 */
import { Ajv2020 } from 'ajv/dist/2020.js'
import { formats } from '../../services/contract/formats/index.ts'
import { problemSchema } from '../../services/exchange/platform/http/problem.ts'
import { pullAnswer } from '../../services/exchange/pull/pull-answer.ts'

const ajv = new Ajv2020({ strict: true, allErrors: true, formats })
const isAnswer = ajv.compile(pullAnswer)
const isProblem = ajv.compile(problemSchema)

/** @throws where a call of this method and path is one of pulls, and its answer is none that the schemas know. */
export function holdPullAnswer(method: string, path: string, { status, body }: { status: number; body?: unknown }) {
  if (method !== 'POST' || !/(^|:\d+)\/v1\/pulls$/.test(path)) return
  const isKnown = status === 200 ? isAnswer : isProblem
  if (isKnown(body)) return
  const violations = isKnown.errors!.map(({ instancePath, message, params }) =>
    [instancePath || 'the whole', message, JSON.stringify(params)].join(' '),
  )
  throw new Error(`The answer ${status} to a pull is not as its schema says:\n${violations.join('\n')}`)
}

type Schema = {
  const?: unknown
  enum?: unknown[]
  properties?: Record<string, Schema>
  items?: Schema
  anyOf?: Schema[]
}

/** Every member that a good answer may have, and every value of its enumerations: `/results/…/decision=refuse`. */
export const membersOfAnswer = (): Set<string> => new Set(membersOf(pullAnswer as Schema, ''))

function membersOf(schema: Schema, place: string): string[] {
  const { properties = {}, items, anyOf = [] } = schema
  const values = schema.enum ?? (schema.const === undefined ? [] : [schema.const])
  return [
    ...values.map(value => `${place}=${value}`),
    ...Object.entries(properties).flatMap(([name, member]) => [
      `${place}/${name}`,
      ...membersOf(member, `${place}/${name}`),
    ]),
    ...(items ? membersOf(items, `${place}/*`) : []),
    ...anyOf.flatMap(one => membersOf(one, place)),
  ]
}

/** The members and values that an answer has, written in the same way. */
export function membersIn(value: unknown, place = ''): string[] {
  if (Array.isArray(value)) return value.flatMap(item => membersIn(item, `${place}/*`))
  if (typeof value !== 'object' || value === null) return [`${place}=${value}`]
  return Object.entries(value).flatMap(([name, member]) => [
    `${place}/${name}`,
    ...membersIn(member, `${place}/${name}`),
  ])
}
