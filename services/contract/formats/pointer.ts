/** `json-pointer` (RFC 6901), `relative-json-pointer`, and `regex` (ECMA-262, u flag, as `pattern` has it). */

/** No pointer into a schema or record of the hub is as long. */
export const longestPointer = 8_000

/** `/records/0/key~1part`; the empty text points to the whole. */
export const isJsonPointer = (text: string): boolean =>
  text.length <= longestPointer && /^(?:\/(?:[^~/]|~[01])*)*$/u.test(text)

/** draft-bhutton-relative-json-pointer-00: `0#`, `1/name`. */
export function isRelativeJsonPointer(text: string): boolean {
  if (text.length > longestPointer) return false
  const [start] = /^(?:0|[1-9]\d*)(?:[+-][1-9]\d*)?/.exec(text) ?? []
  if (start === undefined) return false
  const rest = text.slice(start.length)
  return rest === '#' || isJsonPointer(rest)
}

export const longestRegex = 1_000

/** Read, never run. As long as a `pattern` may be. */
export function isRegex(text: string): boolean {
  if (text.length > longestRegex) return false
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}
