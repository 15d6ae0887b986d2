/** What a source department may change when it approves: less than was asked, never more (Order 809, Art 21). */
import { type Failure, failure } from '../../contract/failure.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { AgreedField, Agreement, Terms } from './agreement.ts'

export type Narrowing = { fields?: AgreedField[]; validUntil?: Date; demands?: Terms['demands']; dataLife?: string }

export function narrow(agreement: Agreement, narrowing: Narrowing, dataset: Dataset): Agreement | Failure {
  const { fields = agreement.terms.fields, validUntil = agreement.validUntil } = narrowing
  const narrows = Object.values(narrowing).some(value => value !== undefined)
  // Art 15: no conditions of its own.
  if (narrows && dataset.sharing.type === 'unconditional') {
    const detail = 'Order 809, Art 15: this dataset is shared unconditionally, so the request is approved as it stands.'
    return failure('CONDITION_NOT_ALLOWED', { detail })
  }
  const widened = fields.findIndex(field => !isWithin(field, agreement.terms.fields))
  if (widened >= 0) {
    const detail = 'This goes beyond what was asked: name asked fields only, as they were asked or verified or masked.'
    return failure('FIELD_NOT_COVERED', { pointer: `/fields/${widened}`, detail })
  }
  if (validUntil > agreement.validUntil || validUntil <= agreement.validFrom) {
    const detail = 'It may end earlier than asked, after its first day; not later.'
    return failure('PERIOD_INVALID', { pointer: '/validUntil', detail })
  }
  const { demands, dataLife } = narrowing
  const terms = { ...agreement.terms, fields, ...(demands && { demands }), ...(dataLife && { dataLife }) }
  return { ...agreement, validUntil, terms }
}

function isWithin(field: AgreedField, asked: readonly AgreedField[]): boolean {
  const match = asked.find(({ pointer }) => pointer === field.pointer)
  if (!match) return false
  if (match.use === 'read') return true
  return match.use === field.use && (match.use !== 'mask' || (field.use === 'mask' && match.mask === field.mask))
}
