/** Questions to the sharing law, and its answers. Plain values: they go into the access log as they are. */
import type { Subject } from '../../../contract/subject.ts'
import type { Mask } from '../agreement/mask.ts'
import type { DataRange } from '../consent/consent.ts'
import type { Claim } from './claim.ts'
import type { RefusalCode, Refuse } from './refusal.ts'

/** One dataset asked for about one subject. `system` is the whole id, `department/name`. */
export type Ask = {
  caller: { department: string; system: string }
  subject: Subject
  dataset: string
  /** Field pointers of the catalogue entry; all of them where neither fields nor claims are named. */
  fields?: readonly string[]
  claims?: readonly Claim[]
  /** Which records the claims are held against, where not the first ones. */
  page?: string
  purpose: string
  matter?: string
  case?: string
  official?: string
  /** `YYYY-MM-DD`: the access is to be kept from the subject until that day. */
  confidentialUntil?: string
  /** Asks of the same pull use a consent once between them. */
  pull: string
}

/**
 * On what a release rests. `own-data` is a department reading what it is itself the source of: no sharing in the sense of
 * Order 809, so it needs no agreement, but it is logged like any other access.
 */
export type Basis =
  | { type: 'statutory-duty'; agreement: string; provision: string }
  | { type: 'consent'; agreement: string; consent: string }
  | { type: 'own-data' }

export type ReleasedField = { pointer: string; use: 'read' | 'mask'; mask?: Mask }
export type WithheldField = { pointer: string; code: RefusalCode }

export type Permit = {
  decision: 'permit'
  /** The first of `bases`: nearly always the only one. */
  basis: Basis
  bases: Basis[]
  fields: ReleasedField[]
  /** Those of the asked claims that may be answered, in their order. */
  claims: Claim[]
  /** Fields asked for, or in the dataset, that no basis covers. */
  withheldFields: WithheldField[]
  dataRange?: DataRange
  /** ISO 8601 duration after which the receiver disposes of the data (Order 809, Art 27). */
  dataLife?: string
}

export type Decision = Permit | Refuse
