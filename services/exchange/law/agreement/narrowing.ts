/** Changes that a source department may make when it approves: less than was asked, never more (Order 809, Art 21). */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { AgreedField, Agreement, Terms } from './agreement.ts'

export type Narrowing = {
  fields?: AgreedField[]
  validUntil?: Date
  demands?: Terms['demands']
  dataLife?: string
  confidentialDays?: number
}

export function narrow(agreement: Agreement, narrowing: Narrowing, dataset: Dataset): Agreement | Failure {
  const { fields = agreement.terms.fields, validUntil = agreement.validUntil } = narrowing
  const narrows = Object.values(narrowing).some(value => value !== undefined)
  // Art 15: no conditions of its own.
  if (narrows && dataset.sharing.type === 'unconditional') {
    const words = inWords(
      'Order 809, Art 15: this dataset is shared unconditionally, so the request is approved as it stands.',
      '《政务数据共享条例》第十五条：该数据资源属于无条件共享类，请按原申请批准。',
    )
    return failure('CONDITION_NOT_ALLOWED', words)
  }
  const widened = fields.findIndex(field => !isWithin(field, agreement.terms.fields))
  if (widened >= 0) {
    const words = inWords(
      'This goes beyond what was asked: name asked fields only, as they were asked or verified or masked.',
      '超出申请范围：仅可列入所申请的字段，并按申请方式、核验或脱敏提供。',
    )
    return failure('FIELD_NOT_COVERED', { pointer: `/fields/${widened}`, ...words })
  }
  if (validUntil > agreement.validUntil || validUntil <= agreement.validFrom) {
    const words = inWords(
      'It may end earlier than asked, after its first day; not later.',
      '截止时间可以早于申请的时间，但须晚于生效日期，且不得延后。',
    )
    return failure('PERIOD_INVALID', { pointer: '/validUntil', ...words })
  }
  const { demands, dataLife, confidentialDays } = narrowing
  if (confidentialDays !== undefined && confidentialDays > (agreement.terms.confidentiality?.days ?? 0)) {
    const words = inWords(
      'Accesses may be confidential for a shorter time than asked for, or not at all (0); not longer.',
      '保密期限可以短于申请的天数，或不予保密（0），但不得延长。',
    )
    return failure('CONFIDENTIALITY_NOT_COVERED', { pointer: '/confidentialDays', ...words })
  }
  const narrowed = { ...agreement.terms, fields, ...(demands && { demands }), ...(dataLife && { dataLife }) }
  return { ...agreement, validUntil, terms: confidentialFor(narrowed, confidentialDays) }
}

function confidentialFor({ confidentiality, ...terms }: Terms, days = confidentiality?.days): Terms {
  return confidentiality && days ? { ...terms, confidentiality: { ...confidentiality, days } } : terms
}

function isWithin(field: AgreedField, asked: readonly AgreedField[]): boolean {
  const match = asked.find(({ pointer }) => pointer === field.pointer)
  if (!match) return false
  if (match.use === 'read') return true
  return match.use === field.use && (match.use !== 'mask' || (field.use === 'mask' && match.mask === field.mask))
}
