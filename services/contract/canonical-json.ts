/**
 * Canonical JSON by RFC 8785 (JCS): keys sorted by UTF-16 code units, no white space, numbers and strings as ECMAScript
 * writes them. The one piece of code that the access log's writer and its verifier share.
 */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
export type JsonObject = { [key: string]: Json }

/**
 * The engine's own writer knows all rules but the order of keys, so a value whose keys are in order is left to it.
 * @throws on what RFC 8785 cannot write: NaN, Infinity, undefined, functions, lone surrogates. Those are bugs of ours.
 */
export function canonicalJson(value: Json): string {
  if (!isOrdered(value)) return write(value)
  const text = JSON.stringify(value)
  // Possibly a lone surrogate, escaped: the careful way decides.
  return text.includes('\\ud') ? write(value) : text
}

/** Whether the engine writes the keys in order, and every value as it is. Keys that look like numbers it writes first. */
function isOrdered(value: unknown): boolean {
  if (typeof value === 'string' || typeof value === 'boolean' || value === null) return true
  if (typeof value === 'number') return Number.isFinite(value)
  if (Array.isArray(value)) return value.every(isOrdered)
  if (typeof value !== 'object' || Object.getPrototypeOf(value) !== Object.prototype) return false
  let last = ''
  // Of plain objects this walks the own keys alone, and makes no list of them.
  for (const key in value) {
    if (key < last || startsWithDigit(key) || !isOrdered((value as JsonObject)[key])) return false
    last = key
  }
  return true
}

const startsWithDigit = (key: string) => key >= '0' && key < ':'

function write(value: Json): string {
  if (value === null || typeof value === 'boolean') return String(value)
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error('canonical JSON has no NaN or Infinity')
    return JSON.stringify(value)
  }
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('canonical JSON has no lone surrogates')
    return JSON.stringify(value)
  }
  if (Array.isArray(value)) return `[${value.map(write).join(',')}]`
  if (typeof value !== 'object') throw new Error(`canonical JSON has no ${typeof value}`)
  return writeObject(value)
}

function writeObject(object: JsonObject): string {
  let text = ''
  for (const key of Object.keys(object).sort()) {
    text += `${text ? ',' : ''}${write(key)}:${write(object[key]!)}`
  }
  return `{${text}}`
}

/** A JSON object, neither null nor a list. */
export const isObject = (value: unknown): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
