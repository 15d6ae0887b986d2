/** The registry as the bench calls it, over HTTP, and the schemas it is sent. */
import type { JsonObject } from '../../services/contract/canonical-json.ts'
import type { Stand } from '../stand/stand.ts'

const dataset = 'civil-affairs.marriage-certificate'
const system = 'civil-affairs/marriage-registry'
const subject = `datarun.${dataset}-value`
export const versionsOfLarge = 20

export type Registry = Awaited<ReturnType<typeof openRegistry>>

export async function openRegistry(stand: Stand) {
  const token = await stand.tokenOf(system)
  const call = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(stand.stack.hub + path, {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return JSON.parse(text)
  }
  const wrap = (schema: JsonObject) => ({ schemaType: 'JSON', schema: JSON.stringify(schema) })
  const register = (schema: JsonObject) => call('POST', `/subjects/${subject}/versions`, wrap(schema))
  const forget = () => call('DELETE', `/subjects/${subject}`)
  await call('PUT', `/config/${subject}`, { compatibility: 'NONE' })
  await register(smallSchema(-1))
  await call('PUT', `/config/${subject}`, { compatibility: 'BACKWARD' })
  return {
    register,
    forgetNewest: () => call('DELETE', `/subjects/${subject}/versions/latest`),
    ping: () => call('GET', '/healthz'),
    prepareLarge: async () => {
      await forget()
      await call('PUT', `/config/${subject}`, { compatibility: 'BACKWARD_TRANSITIVE' })
      for (let at = 0; at < versionsOfLarge; at += 1) await register(largeSchema(at))
    },
    check: async (schema: JsonObject) => {
      const { is_compatible } = await call('POST', `/compatibility/subjects/${subject}/versions`, wrap(schema))
      if (!is_compatible) throw new Error('the measured schema should be compatible')
    },
  }
}

const field = (at: number, length: number): JsonObject => ({
  type: 'string',
  title: `Field ${at} of the record`,
  description: 'what it means, and which standard it follows',
  minLength: 1,
  maxLength: length,
  ...(at % 7 === 3 && { pattern: '^[A-Z]{2}\\d{6,10}$' }),
  ...(at % 11 === 5 && { format: 'date' }),
})

const objectOf = (members: number, length: (at: number) => number): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  required: ['field0', 'field1'],
  properties: Object.fromEntries(Array.from({ length: members }, (_, at) => [`field${at}`, field(at, length(at))])),
})

/** Each later version accepts a little more than the one before. */
export const smallSchema = (version: number) => objectOf(11, at => (at < 2 ? 10_000 + version : 50))
export const largeSchema = (version: number): JsonObject => ({
  type: 'object',
  additionalProperties: false,
  properties: Object.fromEntries(
    Array.from({ length: 9 }, (_, group) => [`group${group}`, objectOf(32, at => (at < 3 ? 10_000 + version : 50))]),
  ),
})
