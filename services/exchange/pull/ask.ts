/** Questions of a pull to the sharing law and the registry, for one dataset. */
import type { Ask } from '../law/decision/decision.ts'
import type { RecordsAsked } from '../records/registry/found-record.ts'
import type { Pull } from './pull.ts'

export function askOf({ id, caller, request, after }: Pull, dataset: string): Ask {
  const { subject, purpose, matter, official, fields, verify, confidential } = request
  return {
    pull: id,
    caller: { department: caller.department!, system: caller.id },
    subject,
    dataset,
    purpose,
    ...(matter && { matter }),
    ...(request.case && { case: request.case }),
    ...(official && { official }),
    ...(confidential && { confidentialUntil: confidential.until }),
    ...(fields && { fields }),
    ...(verify && { claims: verify, ...pageNameOf(request.limit, after) }),
  }
}

export const recordsAsked = ({ request: { subject, limit }, after }: Pull, dataset: string): RecordsAsked => ({
  subject,
  dataset,
  ...(limit && { limit }),
  ...(after !== undefined && { after }),
})

/** Another page is of other records. */
const pageNameOf = (limit: number | undefined, after: string | undefined) =>
  limit === undefined && after === undefined ? {} : { page: JSON.stringify([limit ?? null, after ?? null]) }
