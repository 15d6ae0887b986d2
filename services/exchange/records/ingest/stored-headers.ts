/** A rejected message's headers as jsonb holds them, and back, so that copies and replays have what came. */
import { isUtf8 } from 'node:buffer'
import type { HeaderValue, MessageHeaders } from '../../../contract/envelope.ts'

export type StoredHeaders = Record<string, string | null | (string | null)[]>

const mostHeaders = 50
const longest = 1_000
const asBase64 = ';base64'

/**
 * Those that the hub reads before others, 50 at most, of each value 1,000 characters or bytes. Values that jsonb cannot hold as text
 * (bytes, NUL, lone surrogates) stand as base64 under a name that says so; a name of its own that ends so goes the same way.
 * Of two names that become one the first is kept.
 */
export function storedHeaders(headers: MessageHeaders): StoredHeaders {
  const stored = new Map<string, StoredHeaders[string]>()
  const entries = Object.entries(headers)
    .sort(([one], [other]) => Number(isRead(other)) - Number(isRead(one)))
    .slice(0, mostHeaders)
  for (const [name, value] of entries) {
    const values = [value ?? null].flat().map(cut)
    const isText = isStorable(name) && !name.endsWith(asBase64) && values.every(isStorableValue)
    const plainName = name.replaceAll('\0', '').toWellFormed()
    const storedName = isText ? name : plainName + asBase64
    const printed = values.map(one => (isText ? (one as string | null) : base64(one)))
    if (!stored.has(storedName)) stored.set(storedName, Array.isArray(value) ? printed : printed[0]!)
  }
  return Object.fromEntries(stored)
}

/** The headers as they came, but for what was too much, and NUL and lone surrogates in names. */
export function restoredHeaders(stored: StoredHeaders): MessageHeaders {
  return Object.fromEntries(
    Object.entries(stored).map(([name, value]) => {
      if (!name.endsWith(asBase64)) return [name, value]
      return [name.slice(0, -asBase64.length), Array.isArray(value) ? value.map(restored) : restored(value)]
    }),
  )
}

const isRead = (name: string) => /^(ce_|__|content-type$)/.test(name)
const isStorable = (text: string) => !text.includes('\0') && text.isWellFormed()
const isStorableValue = (value: HeaderValue) => value === null || (typeof value === 'string' && isStorable(value))
const cut = (value: HeaderValue) =>
  typeof value === 'string' ? value.slice(0, longest) : (value?.subarray(0, longest) ?? null)
const base64 = (value: HeaderValue) => (value === null ? null : Buffer.from(value).toString('base64'))

function restored(value: string | null): HeaderValue {
  if (value === null) return null
  const bytes = Buffer.from(value, 'base64')
  return isUtf8(bytes) ? bytes.toString('utf8') : bytes
}
