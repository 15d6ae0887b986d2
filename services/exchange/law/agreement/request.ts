/** A share request (共享申请) at the door: what it must state (Order 809, Art 20). */

import Type, { type Static } from 'typebox'
import { closed } from '../../../contract/shapes.ts'
import { type Agreement, termsSchema } from './agreement.ts'

const instant = Type.String({ format: 'date-time' })

export const requestBody = Type.Object(
  {
    dataset: Type.String({ maxLength: 110 }),
    purpose: Type.String({
      pattern: '^[a-z][a-z0-9-]{1,60}$',
      description: 'Code of a purpose that a matter declares',
    }),
    validFrom: Type.Optional(Type.String({ ...instant, description: 'Now where absent' })),
    validUntil: instant,
    draft: Type.Optional(Type.Boolean({ description: 'Keep it back; submit it later with POST …/submit' })),
    ...termsSchema.properties,
  },
  closed,
)
export type RequestBody = Static<typeof requestBody>
export type Request = Pick<Agreement, 'purpose' | 'validFrom' | 'validUntil' | 'terms'>

export function requestOf(body: RequestBody, now: Date): Request {
  const { dataset: _, purpose, validFrom, validUntil, draft: __, ...terms } = body
  return { purpose, validFrom: validFrom ? new Date(validFrom) : now, validUntil: new Date(validUntil), terms }
}

const { dataset: _dataset, draft: _draft, ...changing } = requestBody.properties
/** With a submission: what a supplement (or a second thought about a draft) changes; the rest stays as it was. */
export const amendmentBody = Type.Partial(Type.Object(changing), closed)
export type Amendment = Static<typeof amendmentBody>

/** A first day that has passed meanwhile becomes today. */
export function amend(agreement: Agreement, amendment: Amendment, now: Date): Agreement {
  const { purpose = agreement.purpose, validFrom, validUntil, ...terms } = amendment
  const standing = agreement.validFrom > now ? agreement.validFrom : now
  return {
    ...agreement,
    purpose,
    validFrom: validFrom ? new Date(validFrom) : standing,
    validUntil: validUntil ? new Date(validUntil) : agreement.validUntil,
    terms: { ...agreement.terms, ...terms },
  }
}
