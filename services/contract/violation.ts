/** ajv's errors as violations: place, keyword, sentence; nothing of the record's values, and of its names only harmless ones. */
import type { ErrorObject } from 'ajv/dist/2020.js'
import type { Json } from './canonical-json.ts'
import type { Violation } from './failure.ts'
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

export function violationOf(
  { instancePath, keyword, params, message }: ErrorObject,
  names: ReadonlySet<string>,
): Violation {
  const tokens = [...(parsePointer(instancePath) ?? []), ...placeWithin(keyword, params)]
  return {
    pointer: formatPointer(tokens.map(token => (isHarmless(token, names) ? token : '*'))),
    keyword,
    message: say(message),
  }
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
