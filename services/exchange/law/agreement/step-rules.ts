/** The life of an agreement: which step leads where, and who may take it. */
import type { AgreementState } from './state.ts'

/** Who is who towards an agreement. The authority (政务数据共享主管部门) is the hub's operator. */
export type Part = 'requester' | 'source' | 'authority'

export type StepRule = { by: readonly Part[]; from: readonly AgreementState[]; to: AgreementState | 'unchanged' }

export const stepRules = {
  submit: { by: ['requester'], from: ['draft', 'supplement-asked'], to: 'submitted' },
  supplement: { by: ['source'], from: ['submitted'], to: 'supplement-asked' },
  extend: { by: ['source'], from: ['submitted'], to: 'unchanged' },
  'grant-extension': { by: ['authority'], from: ['submitted', 'supplement-asked'], to: 'unchanged' },
  'refuse-extension': { by: ['authority'], from: ['submitted', 'supplement-asked'], to: 'unchanged' },
  approve: { by: ['source'], from: ['submitted'], to: 'approved' },
  reject: { by: ['source'], from: ['submitted'], to: 'rejected' },
  provide: { by: ['source'], from: ['approved'], to: 'active' },
  suspend: { by: ['source'], from: ['active'], to: 'suspended' },
  resume: { by: ['source'], from: ['suspended'], to: 'active' },
  terminate: {
    by: ['requester', 'source'],
    from: ['draft', 'submitted', 'supplement-asked', 'approved', 'active', 'suspended'],
    to: 'terminated',
  },
} as const satisfies Record<string, StepRule>

export type StepName = keyof typeof stepRules

/** One step taken. `workdays` is the time for the reply as the law stood at the first submission. */
export type Step = {
  step: 'create' | StepName
  at: string
  by: string
  department?: string
  reason?: string
  missing?: string[]
  workdays?: number
}
