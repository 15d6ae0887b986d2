/**
 * A schema of another draft as the hub takes it: 2020-12, references by pointer, no names within. Schemas of Java's and Python's
 * generators (draft-03 to draft-07, 2019-09, OpenAPI 3.0) are answered with it when they are refused, and written by
 * `datarun schema convert`. Records are judged as before, but where the older draft leaves it open: formats are decided here.
 */
import type { Json, JsonObject } from '../contract/canonical-json.ts'
import { isObject } from '../contract/canonical-json.ts'
import { formatPointer, parsePointer } from '../contract/json-pointer.ts'
import type { Conversion } from './convert-keyword.ts'
import { convertKeywords } from './convert-keywords.ts'
import { type Draft, draftOf } from './drafts.ts'
import { checkBulk, checkSchema } from './schema-guard.ts'

const dialect = 'https://json-schema.org/draft/2020-12/schema'
/** Stands for a schema without a name, so that relative references resolve. */
const nowhere = 'schema:///'

/** The converted schema, where the hub takes it and it differs from what was given; undefined otherwise. */
export function convertedIfTaken(schema: unknown, options: { dataset?: string } = {}): JsonObject | undefined {
  if (!isObject(schema) || checkBulk(schema).length > 0) return undefined
  const converted = convertSchema(schema)
  return checkSchema(converted, options).length === 0 ? converted : undefined
}

/** A keyword without a counterpart stays, so that the guard names it. `schema` must be bounded in size and depth. */
export function convertSchema(schema: JsonObject): JsonObject {
  const names = namesIn(schema)
  const moved = new Map<string, string>()
  const refs: { holder: JsonObject; target: string; written: string }[] = []
  const isBefore2019 = /draft-0[3-7]/.test(String(schema.$schema)) || (schema.$schema === undefined && looksOld(schema))
  const draft = draftOf(schema.$schema)
  const isOwnDraft = schema.$schema === dialect || (schema.$schema === undefined && !looksOld(schema))
  const convert = (one: Json, was: string[], is: string[], base: string): Json => {
    moved.set(formatPointer(was), formatPointer(is))
    if (!isObject(one)) return one
    const own = baseOf(one, base, isBefore2019)
    const conversion: Conversion = {
      isBefore2019,
      isOwnDraft,
      draft,
      part: (sub, wasThere, isThere) => convert(sub, [...was, ...wasThere], [...is, ...isThere], own),
      ref: written => written,
    }
    const converted = withNull(one, convertKeywords(one, conversion), draft)
    if (typeof converted.$ref === 'string')
      refs.push({ holder: converted, target: targetOf(converted.$ref, own, names), written: converted.$ref })
    return withRequired(one, converted)
  }
  const root = convert(schema, [], [], nowhere) as JsonObject
  for (const { holder, target, written } of refs) {
    const place = moved.get(target)
    holder.$ref = place === undefined ? written : `#${encodeURI(place).replaceAll('#', '%23')}`
  }
  return { $schema: dialect, ...idOf(schema), ...root }
}

/** Generators leave `$schema` out, but not the keywords of their draft. */
const looksOld = (schema: JsonObject) => schema.$defs === undefined && schema.definitions !== undefined

function idOf({ $id, id }: JsonObject): JsonObject {
  const text = typeof $id === 'string' ? $id : id
  const name = typeof text === 'string' ? text.replace(/#$/, '') : ''
  return name === '' || name.includes('#') ? {} : { $id: name }
}

/** Draft-03 says of a member itself that it must be there. */
function withRequired({ properties }: JsonObject, converted: JsonObject): JsonObject {
  // Beside a reference the members are of no effect, and are gone.
  if (!isObject(properties) || !isObject(converted.properties)) return converted
  const names = Object.entries(properties).flatMap(([name, sub]) =>
    isObject(sub) && sub.required === true ? [name] : [],
  )
  if (names.length === 0) return converted
  return { ...converted, required: [...new Set([...((converted.required as string[]) ?? []), ...names])] }
}

/** OpenAPI 3.0, whose schemas name no draft: `nullable` counts beside `type` alone; an `enum` must name null itself. */
function withNull({ nullable }: JsonObject, converted: JsonObject, draft: Draft | undefined): JsonObject {
  if (nullable !== true || converted.type === undefined || draft !== undefined) return converted
  return { ...converted, type: [...new Set([converted.type, 'null'].flat())] }
}

/** `names`: every name that the schema or a part of it has, as an absolute URI, and where it stands. */
type Names = Map<string, string>

function namesIn(root: JsonObject): Names {
  const names: Names = new Map([[nowhere, '']])
  const visit = (value: Json, tokens: string[], base: string) => {
    if (Array.isArray(value)) for (const [at, one] of value.entries()) visit(one, [...tokens, `${at}`], base)
    if (!isObject(value)) return
    const own = baseOf(value, base, true)
    const add = (name: string) => void (names.has(name) || names.set(name, formatPointer(tokens)))
    if (own !== base) add(own)
    for (const anchor of anchorsOf(value)) add(`${own}#${anchor}`)
    for (const [keyword, one] of Object.entries(value)) {
      if (keyword !== 'enum' && keyword !== 'const' && keyword !== 'default') visit(one, [...tokens, keyword], own)
    }
  }
  visit(root, [], nowhere)
  return names
}

const anchorsOf = ({ $anchor, $id, id }: JsonObject): string[] => [
  ...(typeof $anchor === 'string' ? [$anchor] : []),
  ...[$id, id].flatMap(one => (typeof one === 'string' && /^#./.test(one) ? [one.slice(1)] : [])),
]

/** The URI that references within a schema start from: changed by its name, but not where only an anchor stands. */
function baseOf({ $id, id, $ref }: JsonObject, base: string, isBefore2019: boolean): string {
  const name = typeof $id === 'string' ? $id : typeof id === 'string' && isBefore2019 ? id : undefined
  if (name === undefined || name.startsWith('#') || ($ref !== undefined && isBefore2019)) return base
  return resolved(name, base).replace(/#$/, '')
}

function resolved(name: string, base: string): string {
  try {
    return new URL(name, base).href
  } catch {
    return name
  }
}

/** The pointer, in the schema as given, that a reference leads to; what leads nowhere is its own text. */
function targetOf(ref: string, base: string, names: Names): string {
  const [uri, fragment = ''] = (ref.startsWith('#') ? base + ref : resolved(ref, base)).split('#') as [string, string?]
  const home = names.get(uri)
  if (fragment !== '' && !fragment.startsWith('/')) return names.get(`${uri}#${fragment}`) ?? ref
  if (home === undefined) return ref
  try {
    const tokens = parsePointer(decodeURIComponent(fragment))
    return tokens ? home + formatPointer(tokens) : ref
  } catch {
    return ref
  }
}
