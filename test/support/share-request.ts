import { both, marriage, purpose } from './law-cast.ts'

let months = 0

/** Each request has a month of its own, so that none overlaps another. */
export function shareRequest(more: object = {}) {
  months += 1
  return {
    dataset: marriage.id,
    purpose,
    fields: [
      { pointer: '/number', use: 'read' },
      { pointer: '/holder/name', use: 'read' },
    ],
    basis: { type: 'consent' },
    scenario: both('受理转移登记', 'When a transfer is applied for'),
    method: 'service-interface',
    validFrom: new Date(Date.UTC(2027, months, 1)).toISOString(),
    validUntil: new Date(Date.UTC(2027, months, 28)).toISOString(),
    ...more,
  }
}
