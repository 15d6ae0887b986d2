import type { Subject } from '../../services/contract/subject.ts'
import type { Draft } from '../../services/exchange/log/append/access-log.ts'

export const zhang: Subject = { type: 'person', id: '11010519491231002X' }
export const li: Subject = { type: 'person', id: '440524188001010014' }

/** A pull's draft, the one of `number`. */
export function pullDraft(number = 0, more: Partial<Draft> = {}): Draft {
  return {
    kind: 'pull',
    reference: `pull-${number}`,
    caller: 'natural-resources/title-office',
    department: 'natural-resources',
    official: 'u-3381',
    case: `2026-沪-${number}`,
    matter: 'real-estate-transfer',
    datasets: ['taxation.tax-clearance'],
    about: [zhang],
    decision: 'permit',
    content: {
      pull: `pull-${number}`,
      purpose: 'real-estate-transfer',
      subject: zhang,
      results: [
        {
          dataset: 'taxation.tax-clearance',
          decision: 'permit',
          basis: { type: 'statutory-duty', agreement: 'agreement-1', provision: '《契税法》第十一条' },
          fields: ['/taxpayer', '/cleared'],
          records: [{ key: `T-${number}`, version: 1 }],
        },
      ],
    },
    ...more,
  }
}

export const refusedDraft = (number = 0): Draft => ({
  ...pullDraft(number),
  decision: 'refuse',
  code: 'CONSENT_MISSING',
  content: {
    pull: `pull-${number}`,
    purpose: 'real-estate-transfer',
    subject: zhang,
    results: [{ dataset: 'taxation.tax-clearance', decision: 'refuse', code: 'CONSENT_MISSING' }],
  },
})
