import { type Failure, failure } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Catalogue } from './catalogue.ts'
import type { Dataset } from './dataset.ts'

/** A dataset that the caller may manage: its department's own, or any for an operator. Another's looks like a missing one. */
export function ownDataset(catalogue: Catalogue, caller: Caller, id: string): Dataset | Failure {
  const dataset = catalogue.dataset(id)
  const own = dataset && (caller.roles.includes('operator') || caller.department === dataset.department)
  return own ? dataset : failure('NOT_FOUND')
}
