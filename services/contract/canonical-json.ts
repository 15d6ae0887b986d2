/**
 * Canonical JSON by RFC 8785 (JCS): keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. The one piece of code that the access log's writer and its verifier share.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/** @throws on what RFC 8785 cannot write: NaN, Infinity, undefined, functions, lone surrogates. Those are bugs of ours. */
export function canonicalJson(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no NaN or Infinity')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('canonical JSON has no lone surrogates')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object') throw new Error(`canonical JSON has no ${typeof value}`)
  return writeObject(value)
}

function writeObject(object: JsonObject): string {
  let text = ''
  for (const key of Object.keys(object).sort()) {
    text += `${text ? ',' : ''}${canonicalJson(key)}:${canonicalJson(object[key]!)}`
  }
  return `{${text}}`
}
