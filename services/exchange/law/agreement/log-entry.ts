import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, isFailure } from '../../../contract/failure.ts'
import type { Draft } from '../../log/append/access-log.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Agreement } from './agreement.ts'

/** The log entry of a step. Reasons and scenarios are free text, so they stay in the agreement. */
export function draftOf(
  caller: Caller,
  content: JsonObject & { dataset?: string },
  outcome: Agreement | Failure,
): Draft {
  const made: JsonObject = isFailure(outcome)
    ? {}
    : {
        agreement: outcome.id,
        state: outcome.state,
        source: outcome.source,
        department: outcome.department,
        purpose: outcome.purpose,
        basis: outcome.terms.basis,
        fields: outcome.terms.fields.map(({ pointer, use }) => ({ pointer, use })),
        validFrom: outcome.validFrom.toISOString(),
        validUntil: outcome.validUntil.toISOString(),
        ...(outcome.terms.confidentiality && { confidentiality: outcome.terms.confidentiality }),
      }
  return draftBy(caller, outcome, {
    kind: 'agreement',
    content: { ...content, ...made },
    ...(content.dataset !== undefined && { datasets: [content.dataset] }),
  })
}
