/** Who may see an agreement, and who may take which step now. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type Agreement, standingOf } from './agreement.ts'
import { type Part, type StepName, type StepRule, stepRules } from './step-rules.ts'

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
  const rule: StepRule = stepRules[name]
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
