/**
 * An entry as it is hashed: canonical JSON (RFC 8785) of what a room noted, its index, its time, and a random 128-bit salt,
 * so that a hash betrays nothing to whoever guesses the rest.
 */
import { canonicalJson, type Json } from '../../../contract/canonical-json.ts'
import { FailureThrown, failure } from '../../../contract/failure.ts'
import type { Draft } from './access-log.ts'

/** c2sp.org/tlog-tiles writes an entry's length in 16 bits. */
const entryBytesMax = 65_535
export const saltBytes = 16
const subjectBytesMin = '{"id":"11010519491231002X","type":"person"},'.length

export class EntryTooLarge extends FailureThrown {
  constructor(message: string) {
    super(failure('LOG_ENTRY_TOO_LARGE'), message)
  }
}

/** The draft in the pieces between which its place in the log is written; made before the log is locked. */
export type PreparedEntry = { draft: Draft; about: string; body: string; end: string }

/** @throws EntryTooLarge where the entry could exceed 65,535 bytes, and on text that JSON cannot carry. */
export function prepareEntry(draft: Draft): PreparedEntry {
  // Before anything is written: what is far too large must not cost what it would take.
  const least = (draft.about?.length ?? 0) * subjectBytesMin
  if (least > entryBytesMax)
    throw new EntryTooLarge(`a log entry of kind ${draft.kind} would take ${least} bytes at least`)
  const about = canonicalJson((draft.about ?? []).map(({ id, type }) => ({ id, type })))
  const body =
    member('caller', draft.caller) +
    member('case', draft.case) +
    member('code', draft.code) +
    member('confidentialUntil', draft.confidentialUntil) +
    member('content', draft.content) +
    member('datasets', [...(draft.datasets ?? [])]) +
    member('decision', draft.decision) +
    member('department', draft.department)
  const end =
    member('kind', draft.kind) +
    member('matter', draft.matter) +
    member('official', draft.official) +
    member('reference', draft.reference)
  const place = '"at":"2026-01-01T00:00:00.000Z","index":9007199254740991,"salt":"0123456789abcdef0123456789abcdef",'
  const bytes = Buffer.byteLength(about + body + end) + place.length + '{"about":,}'.length
  if (bytes > entryBytesMax) throw new EntryTooLarge(`a log entry of kind ${draft.kind} would take ${bytes} bytes`)
  return { draft, about, body, end }
}

/** Canonical JSON with the entry's keys in order: about, at, caller … department, index, kind … official, salt. */
export const sealEntry = ({ about, body, end }: PreparedEntry, index: number, at: Date, salt: Buffer): string =>
  `{"about":${about},"at":"${at.toISOString()}",${body}"index":${index},${end}"salt":"${salt.toString('hex')}"}`

/** A member of the entry as canonical JSON, and the comma that follows it; nothing where it is undefined. */
const member = (name: string, value: Json | undefined): string =>
  value === undefined ? '' : `"${name}":${canonicalJson(value)},`
