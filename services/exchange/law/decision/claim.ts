/**
 * Verify instead of reveal (核验): a closed, typed list of comparisons about one field, each answered true or false and
 * never with the value. A claim about every item of an array (`*` in the pointer) holds where one item fits.
 */

import Type, { type Static } from 'typebox'
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { parsePointer, valuesAt } from '../../../contract/json-pointer.ts'
import { closed } from '../../../contract/shapes.ts'

const field = Type.String({ pattern: '^(/[^/]+)+$', maxLength: 300, description: 'JSON Pointer of a field' })
const scalar = Type.Union([Type.String({ maxLength: 200 }), Type.Number(), Type.Boolean(), Type.Null()])
const day = Type.String({ format: 'date' })

export const claimSchema = Type.Union([
  Type.Object({ field, equals: scalar }, closed),
  Type.Object({ field, oneOf: Type.Array(scalar, { minItems: 1, maxItems: 10 }) }, closed),
  Type.Object({ field, atLeast: Type.Number() }, closed),
  Type.Object({ field, atMost: Type.Number() }, closed),
  Type.Object({ field, onOrAfter: day }, closed),
  Type.Object({ field, onOrBefore: day }, closed),
  Type.Object({ field, present: Type.Boolean() }, closed),
])

export type Claim = Static<typeof claimSchema>

/** Whether the claim holds of this record. A value of another type than the comparison's never fits. */
export function holds(claim: Claim, record: JsonObject): boolean {
  const values = valuesAt(record, parsePointer(claim.field) ?? [])
  if ('present' in claim) return values.length > 0 === claim.present
  return values.some(value => fits(claim, value))
}

function fits(claim: Claim, value: Json): boolean {
  if ('equals' in claim) return value === claim.equals
  if ('oneOf' in claim) return claim.oneOf.some(choice => choice === value)
  if ('atLeast' in claim) return typeof value === 'number' && value >= claim.atLeast
  if ('atMost' in claim) return typeof value === 'number' && value <= claim.atMost
  if ('onOrAfter' in claim) return isDay(value) && value.slice(0, 10) >= claim.onOrAfter
  if ('onOrBefore' in claim) return isDay(value) && value.slice(0, 10) <= claim.onOrBefore
  return false
}

/** A date, or the date part of an instant, compares as text. */
const isDay = (value: Json): value is string => typeof value === 'string' && /^\d{4}-\d{2}-\d{2}/.test(value)

/** The answer over all records found: it holds where it holds of one of them. */
export const answerClaim = (claim: Claim, records: readonly JsonObject[]): boolean | 'no-record' =>
  records.length === 0 ? 'no-record' : records.some(record => holds(claim, record))
