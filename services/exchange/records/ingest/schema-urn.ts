import { readWhole } from '../../../contract/envelope.ts'
import type { NamedVersion } from '../schemas/schemas.ts'

/** `place` is where in the message it is named: `value`, `header:ce_dataschema`. */
export type Claim = NamedVersion & { place: string }

/** Reads `urn:datarun:civil-affairs.marriage-certificate:v2`; undefined for anything else. */
export function claimIn(place: string, text: string): Claim | undefined {
  const [, dataset, digits] = /^urn:datarun:([a-z][a-z0-9.-]{0,110}):v(\d{1,9})$/.exec(text) ?? []
  const version = readWhole(digits ?? '')
  return dataset && version ? { place, dataset, version } : undefined
}
