/** The hub's operations as its OpenAPI document tells them, so that a test goes over all of them, new ones too. */
import type { TestHub } from './exchange.ts'

export type Schema = {
  $ref?: string
  type?: string | string[]
  const?: unknown
  enum?: unknown[]
  anyOf?: Schema[]
  properties?: Record<string, Schema>
  required?: string[]
  items?: Schema
  minItems?: number
  minimum?: number
  minLength?: number
  pattern?: string
  format?: string
}
type Parameter = { name: string; in: 'path' | 'query' | 'header'; required?: boolean; schema: Schema }
type Described = {
  operationId: string
  summary?: string
  parameters?: Parameter[]
  requestBody?: { content: Record<string, { schema: Schema }> }
  responses: Record<string, { content?: Record<string, { schema: Schema }> }>
  security?: unknown[]
  'x-roles'?: string[]
}
export type Operation = Described & { method: string; path: string; name: string; body: Schema | undefined }

export type Api = { operations: Operation[]; resolve(schema: Schema): Schema }

export async function readApi(hub: TestHub): Promise<Api> {
  const { body: document } = await hub.call('GET', '/openapi.json')
  const paths = Object.entries(document.paths as Record<string, Record<string, Described>>)
  return {
    operations: paths.flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, described]) => ({
        ...described,
        path,
        method: method.toUpperCase(),
        name: `${method.toUpperCase()} ${path}`,
        body: described.requestBody && Object.values(described.requestBody.content)[0]?.schema,
      })),
    ),
    resolve: schema => (schema.$ref ? document.components.schemas[schema.$ref.split('/').at(-1)!] : schema),
  }
}

/** `{id}` and `{*}` of a path replaced; what `values` lacks becomes an id that no object has. */
export const fillPath = (path: string, values: Record<string, string | number> = {}): string =>
  path.replaceAll(/\{([^}]+)\}/g, (_, name: string) => encodeURIComponent(values[name] ?? missing[name] ?? nobody))

const nobody = '01BX5ZZKBKACTAV9WEVGEMMVRZ'
const missing: Record<string, string> = {
  '*': '000',
  level: '0',
  version: '999',
  rejection: '999999',
  index: '999999',
  // Of the registry's API: the only one there is, so that what is asked within it is judged.
  context: ':.:',
}

/**
 * The smallest body that fits a schema. `textFor` gives the text for each place (a JSON Pointer), and may decline; an answer
 * for a place that is no required one makes the member appear.
 */
export function exampleOf(
  api: Api,
  schema: Schema,
  textFor: (place: string) => string | undefined = () => undefined,
  place = '',
): unknown {
  const resolved = api.resolve(schema)
  const { type, properties = {}, required = [], items, anyOf } = resolved
  if (resolved.const !== undefined) return resolved.const
  if (resolved.enum) return resolved.enum[0]
  if (anyOf) return exampleOf(api, anyOf[0]!, textFor, place)
  switch (Array.isArray(type) ? type[0] : type) {
    case 'object': {
      const wanted = Object.entries(properties).filter(
        ([name, member]) => required.includes(name) || textsIn(api, member, `${place}/${name}`).some(textFor),
      )
      return Object.fromEntries(
        wanted.map(([name, member]) => [name, exampleOf(api, member, textFor, `${place}/${name}`)]),
      )
    }
    case 'array':
      return items ? [exampleOf(api, items, textFor, `${place}/0`)] : []
    case 'integer':
    case 'number':
      return resolved.minimum ?? 1
    case 'boolean':
      return true
    default:
      return textFor(place) ?? textLike(resolved)
  }
}

/** Every place of a body that takes a text. */
export function textsIn(api: Api, schema: Schema, place = ''): string[] {
  const { type, properties = {}, items, anyOf, ...resolved } = api.resolve(schema)
  if (resolved.const !== undefined || resolved.enum) return []
  if (anyOf) return textsIn(api, anyOf[0]!, place)
  if (type === 'string') return [place]
  if (items) return textsIn(api, items, `${place}/0`)
  return Object.entries(properties).flatMap(([name, member]) => textsIn(api, member, `${place}/${name}`))
}

const formats: Record<string, string> = {
  'date-time': '2099-01-01T00:00:00Z',
  date: '2024-02-29',
  uscc: '11310000002420331X',
  'resident-id': '11010519491231002X',
}
const likely = ['/number', 'abc', 'abc-def.ghi', 'P1Y', '01BX5ZZKBKACTAV9WEVGEMMVRZ', '11010519491231002X', 'A1', '1']

function textLike({ format, pattern, minLength = 1 }: Schema): string {
  if (format && formats[format]) return formats[format]
  if (!pattern) return 'text '.repeat(Math.ceil(minLength / 5))
  return likely.find(text => new RegExp(pattern, 'u').test(text)) ?? 'abc'
}

/** An answer without what differs from one request to the next, so that two answers can be compared byte by byte. */
export const plain = (answer: { status: number; text: string }): string =>
  `${answer.status} ${answer.text.replaceAll(/"request":"[^"]+"/g, '')}`
