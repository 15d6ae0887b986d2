// JSON Pointers (RFC 6901), with one addition used for field lists: a token `*` stands for every item of an array, so
// `/owners/*/name` names the name of each owner. A literal property named `*` cannot be addressed; the guard refuses it.
import type { Json, JsonObject } from './canonical-json.ts'

const unescapeToken = (token: string) => token.replaceAll('~1', '/').replaceAll('~0', '~')
export const escapeToken = (token: string) => token.replaceAll('~', '~0').replaceAll('/', '~1')

/** `/a/b~1c` → `['a', 'b/c']`; the empty pointer → `[]`. Returns undefined where the text is no pointer. */
export function parsePointer(pointer: string): string[] | undefined {
  if (pointer === '') return []
  if (!pointer.startsWith('/') || /~(?![01])/.test(pointer)) return undefined
  return pointer.slice(1).split('/').map(unescapeToken)
}

export const formatPointer = (tokens: readonly (string | number)[]) =>
  tokens.map(token => `/${escapeToken(String(token))}`).join('')

/**
 * Whether a name may be repeated that only the sender's content has: positions and short words of ASCII letters may; any other
 * may be personal data (a map keyed by id number).
 */
export const isHarmlessToken = (token: string): boolean => /^([a-z][a-z_-]{0,31}|\d{1,5})$/i.test(token)

/** Every value the pointer names in `document`, in order; empty where there is none. */
export function valuesAt(document: Json, tokens: readonly string[]): Json[] {
  let found: Json[] = [document]
  for (const token of tokens) found = found.flatMap(value => step(value, token))
  return found
}

function step(value: Json, token: string): Json[] {
  if (Array.isArray(value)) {
    if (token === '*') return value
    const item = /^(0|[1-9]\d*)$/.test(token) ? value[Number(token)] : undefined
    return item === undefined ? [] : [item]
  }
  if (value !== null && typeof value === 'object' && Object.hasOwn(value, token)) return [(value as JsonObject)[token]!]
  return []
}
