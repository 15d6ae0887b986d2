/** Effects of each step on an agreement: rules only. The law's articles are those of Order 809. */
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { Agreement } from './agreement.ts'
import { replyWorkdays } from './agreement-clock.ts'
import { type Narrowing, narrow } from './narrowing.ts'
import { type Amendment, amend } from './request.ts'
import { checkStep } from './step.ts'
import { type Step, type StepName, stepRules } from './step-rules.ts'

/** Inputs of a step; the route's schema says which step takes which. */
export type StepInput = { reason?: string; missing?: string[]; amendment?: Amendment; narrowing?: Narrowing }

/** By whom, of which dataset, when. */
type Taken = { caller: Caller; dataset: Dataset; now: Date }

export function takeStep(agreement: Agreement, name: StepName, input: StepInput, at: Taken): Agreement | Failure {
  const { caller, dataset, now } = at
  const refusal = checkStep(caller, agreement, name, now) ?? checks[name]?.(agreement, input, at)
  if (refusal) return refusal
  const changed = changeOf(agreement, name, input, at)
  if (isFailure(changed)) return changed
  const { to } = stepRules[name]
  const state = name === 'approve' && isProvidedAtOnce(changed) ? 'active' : to === 'unchanged' ? agreement.state : to
  const step: Step = {
    step: name,
    at: now.toISOString(),
    by: caller.id,
    ...(caller.department && { department: caller.department }),
    ...(input.reason && { reason: input.reason }),
    ...(input.missing && { missing: input.missing }),
    ...(name === 'submit' && agreement.state === 'draft' && { workdays: replyTime(dataset) }),
  }
  return { ...changed, state, history: [...agreement.history, step], updatedAt: now }
}

function changeOf(
  agreement: Agreement,
  name: StepName,
  { amendment = {}, narrowing = {} }: StepInput,
  { dataset, now }: Taken,
): Agreement | Failure {
  if (name === 'submit') return amend(agreement, amendment, now)
  return name === 'approve' ? narrow(agreement, narrowing, dataset) : agreement
}

const replyTime = ({ sharing }: Dataset): number =>
  replyWorkdays[sharing.type === 'unconditional' ? 'unconditional' : 'conditional']

/** Over the service interface the records are there already: approving provides them (Art 22). */
const isProvidedAtOnce = ({ terms }: Agreement): boolean => terms.method === 'service-interface'

const has = ({ history }: Agreement, name: StepName) => history.some(({ step }) => step === name)

/** A step that its place in the life of an agreement allows may be refused for what happened before, or for its inputs. */
const checks: Partial<Record<StepName, (agreement: Agreement, input: StepInput, at: Taken) => Failure | undefined>> = {
  // Art 21: everything that is missing is listed at once.
  supplement: agreement =>
    has(agreement, 'supplement')
      ? conflict(
          'A supplement may be asked for once, listing all that is missing.',
          '补正只能要求一次，须一次性告知全部内容。',
        )
      : undefined,
  extend(agreement, _input, { dataset }) {
    if (dataset.sharing.type === 'unconditional')
      return conflict('Only conditional sharing can be extended (Art 21).', '仅有条件共享可以延期答复（第二十一条）。')
    return has(agreement, 'extend')
      ? conflict('An extension may be asked for once (Art 21).', '延期只能申请一次（第二十一条）。')
      : undefined
  },
  'grant-extension': checkExtensionWaits,
  'refuse-extension': checkExtensionWaits,
  approve: ({ validUntil }, _input, { now }) =>
    now < validUntil
      ? undefined
      : failure('PERIOD_INVALID', {
          ...inWords(
            'The period asked for is over. Reject it, so that it can be asked anew.',
            '所申请的期限已过，请予以驳回，由申请部门重新申请。',
          ),
        }),
  // Art 27: the source may not stop without cause; the requesting department may stop when its purpose is met.
  terminate: ({ department }, { reason }, { caller }) =>
    caller.department === department || reason
      ? undefined
      : failure('REASON_REQUIRED', {
          pointer: '/reason',
          ...inWords('The source department states its cause (Art 27).', '数据提供部门须说明理由（第二十七条）。'),
        }),
}

function checkExtensionWaits(agreement: Agreement): Failure | undefined {
  const answered = has(agreement, 'grant-extension') || has(agreement, 'refuse-extension')
  return has(agreement, 'extend') && !answered
    ? undefined
    : conflict('No extension is waiting for an answer.', '没有待答复的延期申请。')
}

const conflict = (en: string, zh: string) => failure('STATE_CONFLICT', inWords(en, zh))
