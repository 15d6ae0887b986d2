/** The life of an agreement: which step leads where, and who may take it. */
import { type Failure, failure, inWords } from '../../contract/failure.ts'
import type { Caller } from '../identity/caller.ts'
import { type Agreement, type AgreementState, standingOf } from './agreement.ts'

/** Who is who towards an agreement. The authority (政务数据共享主管部门) is the hub's operator. */
export type Part = 'requester' | 'source' | 'authority'

type Rule = { by: readonly Part[]; from: readonly AgreementState[]; to: AgreementState | 'unchanged' }

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
} as const satisfies Record<string, Rule>

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

/** A steward answers for the source; any system or steward of the requesting department acts for it. */
export function partsOf(caller: Caller, { source, department }: Pick<Agreement, 'source' | 'department'>): Set<Part> {
  const parts = new Set<Part>()
  if (caller.roles.includes('operator')) parts.add('authority')
  const acts = caller.roles.includes('steward') || caller.roles.includes('system')
  if (caller.department === department && acts) parts.add('requester')
  if (caller.department === source && caller.roles.includes('steward')) parts.add('source')
  return parts
}

/** Both departments, the authority and auditors may see an agreement; to all others it does not exist. */
export const maySee = (caller: Caller, { source, department }: Pick<Agreement, 'source' | 'department'>): boolean =>
  caller.roles.some(role => role === 'operator' || role === 'auditor') ||
  (caller.department !== undefined && [source, department].includes(caller.department))

/** Whether this caller may take this step now; a clear failure if not. */
export function checkStep(caller: Caller, agreement: Agreement, name: StepName, now: Date): Failure | undefined {
  const rule: Rule = stepRules[name]
  const parts = partsOf(caller, agreement)
  if (!rule.by.some(part => parts.has(part))) {
    return failure(
      'NOT_ALLOWED',
      inWords(
        `This step is for: ${rule.by.map(part => whois[part].en).join(', or ')}.`,
        `该操作仅限：${rule.by.map(part => whois[part].zh).join('、')}。`,
      ),
    )
  }
  const state = standingOf(agreement, now)
  const stored = state === 'approved' ? agreement.state : state
  if (!rule.from.includes(stored)) {
    return failure(
      'STATE_CONFLICT',
      inWords(
        `The agreement is ${state}; ${name} needs: ${rule.from.join(', ')}.`,
        `共享授权当前状态为 ${state}；${name} 须处于：${rule.from.join('、')}。`,
      ),
    )
  }
  return undefined
}

const whois: Record<Part, { en: string; zh: string }> = {
  requester: { en: 'the requesting department', zh: '数据需求部门' },
  source: { en: 'a steward of the source department', zh: '数据提供部门的数据管理员' },
  authority: { en: 'the authority (the hub’s operator)', zh: '政务数据共享主管部门（平台运营方）' },
}
