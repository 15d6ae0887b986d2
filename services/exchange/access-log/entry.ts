/**
 * An entry as it is hashed: canonical JSON (RFC 8785) of what a room noted, its index, its time, and a random 128-bit salt,
 * so that a hash betrays nothing to whoever guesses the rest.
 */
import { canonicalJson, type JsonObject } from '../../contract/canonical-json.ts'
import type { Draft } from './access-log.ts'

/** c2sp.org/tlog-tiles writes an entry's length in 16 bits. */
export const entryBytesMax = 65_535
export const saltBytes = 16

export class EntryTooLarge extends Error {}

/** The draft in the pieces between which its place in the log is written; made before the log is locked. */
export type PreparedEntry = { draft: Draft; about: string; body: string; end: string }

/** @throws EntryTooLarge where the entry could exceed 65,535 bytes, and on text that JSON cannot carry. */
export function prepareEntry(draft: Draft): PreparedEntry {
  const { kind, caller, department, content, about = [], official, datasets = [], matter, decision } = draft
  const { code, confidentialUntil, reference } = draft
  const parts = {
    about: members({ about: about.map(({ id, type }) => ({ id, type })) }),
    body: members({
      caller,
      case: draft.case,
      code,
      confidentialUntil,
      content,
      datasets: [...datasets],
      decision,
      department,
    }),
    end: members({ kind, matter, official, reference }),
  }
  const place = '"at":"2026-01-01T00:00:00.000Z","index":9007199254740991,"salt":"0123456789abcdef0123456789abcdef",'
  const bytes = Buffer.byteLength(parts.about + parts.body + parts.end) + place.length + 8
  if (bytes > entryBytesMax) throw new EntryTooLarge(`a log entry of kind ${kind} would take ${bytes} bytes`)
  return { draft, ...parts }
}

/** Canonical JSON with the entry's keys in order: about, at, caller … department, index, kind … official, salt. */
export const sealEntry = (prepared: PreparedEntry, index: number, at: Date, salt: Buffer): string =>
  `{${prepared.about},"at":"${at.toISOString()}",${prepared.body},"index":${index},${prepared.end},"salt":"${salt.toString('hex')}"}`

/** An object's members as canonical JSON without the braces, leaving out what is undefined. */
function members(object: Record<string, JsonObject[string] | undefined>): string {
  const present = Object.entries(object).filter(([, value]) => value !== undefined)
  return canonicalJson(Object.fromEntries(present) as JsonObject).slice(1, -1)
}
