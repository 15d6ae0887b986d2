import type { Schemas } from '../../hub.ts'
import { holds, session } from '../../session.ts'

type Agreement = Schemas['Agreement']
export type AgreementStep =
  | 'submit'
  | 'supplement'
  | 'extend'
  | 'grant-extension'
  | 'refuse-extension'
  | 'approve'
  | 'reject'
  | 'provide'
  | 'suspend'
  | 'resume'
  | 'terminate'

/** Inputs that a step asks the person for. */
export const asksFor: Record<AgreementStep, 'nothing' | 'reason' | 'maybe-reason' | 'missing'> = {
  submit: 'nothing',
  supplement: 'missing',
  extend: 'reason',
  'grant-extension': 'maybe-reason',
  'refuse-extension': 'reason',
  approve: 'nothing',
  reject: 'reason',
  provide: 'nothing',
  suspend: 'reason',
  resume: 'maybe-reason',
  terminate: 'maybe-reason',
}

/** The person's next steps; the hub decides, this only spares them buttons that it would refuse. */
export function stepsFor({ state, source, department, history }: Agreement): AgreementStep[] {
  const steps: AgreementStep[] = []
  const own = session.me?.department
  if (holds('steward') && own === source) steps.push(...(bySource[state] ?? []))
  if (holds('steward') && own === department) steps.push(...(byRequester[state] ?? []))
  const asked = history.some(({ step }) => step === 'extend')
  const answered = history.some(({ step }) => step.endsWith('-extension'))
  if (holds('operator') && asked && !answered && state === 'submitted')
    steps.push('grant-extension', 'refuse-extension')
  return steps
}

const bySource: Partial<Record<Agreement['state'], AgreementStep[]>> = {
  submitted: ['approve', 'supplement', 'extend', 'reject'],
  approved: ['provide', 'terminate'],
  active: ['suspend', 'terminate'],
  suspended: ['resume', 'terminate'],
}
const byRequester: Partial<Record<Agreement['state'], AgreementStep[]>> = {
  draft: ['submit', 'terminate'],
  'supplement-asked': ['submit', 'terminate'],
  submitted: ['terminate'],
  approved: ['terminate'],
  active: ['terminate'],
  suspended: ['terminate'],
}

export function kindOfAgreement(state: Agreement['state']): 'good' | 'wait' | 'bad' | 'quiet' {
  if (state === 'active') return 'good'
  if (state === 'submitted' || state === 'supplement-asked' || state === 'approved' || state === 'suspended')
    return 'wait'
  return state === 'rejected' ? 'bad' : 'quiet'
}
