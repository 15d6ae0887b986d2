/** ajv's errors as violations: place, keyword, sentence; nothing of the record's values, and of its names only harmless ones. */
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Json, JsonObject } from './canonical-json.ts'
import type { Violation } from './failure.ts'
import { faultOfFormat } from './format-fault.ts'
import { formatPointer, isHarmlessToken, parsePointer } from './json-pointer.ts'

/** Every member name that a schema itself writes: those may be repeated to whoever reads a violation. */
export function namesIn(schema: Json): Set<string> {
  const names = new Set<string>()
  const visit = (value: Json) => {
    if (typeof value === 'string') names.add(value)
    else if (Array.isArray(value)) value.forEach(visit)
    else if (value !== null && typeof value === 'object') {
      for (const [name, member] of Object.entries(value)) {
        names.add(name)
        visit(member)
      }
    }
  }
  visit(schema)
  return names
}

/** `root` is the value that was judged. */
export function violationOf(
  { instancePath, keyword, params, message }: ErrorObject,
  names: ReadonlySet<string>,
  root: Json,
): Violation {
  const place = parsePointer(instancePath) ?? []
  const tokens = [...place, ...placeWithin(keyword, params)]
  const fault = keyword === 'format' ? faultOfFormat(String(params.format), valueAt(root, place)) : undefined
  return {
    pointer: formatPointer(tokens.map(token => (isHarmless(token, names) ? token : '*'))),
    keyword,
    message: fault ? `${say(message)}: ${fault.en}` : say(message),
    ...(fault && { zh: fault.zh }),
  }
}

/** As ajv went: own members alone, and no `*`. */
const valueAt = (root: Json, [token, ...rest]: string[]): Json | undefined => {
  if (token === undefined) return root
  const member =
    root !== null && typeof root === 'object' && Object.hasOwn(root, token) ? (root as JsonObject)[token] : undefined
  return member === undefined ? undefined : valueAt(member, rest)
}

/** The member an error is about, where ajv names it apart from the path. */
function placeWithin(keyword: string, params: Record<string, unknown>): string[] {
  const member = {
    required: 'missingProperty',
    additionalProperties: 'additionalProperty',
    unevaluatedProperties: 'unevaluatedProperty',
  }
  const name = params[member[keyword as keyof typeof member]]
  return typeof name === 'string' ? [name] : []
}

/** Names that the schema writes are nobody's. */
const isHarmless = (token: string, names: ReadonlySet<string>) => names.has(token) || isHarmlessToken(token)

const say = (message: string | undefined) => message ?? 'is not valid'
