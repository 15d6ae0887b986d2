/** The life of a consent: which step leads where, and what it changes. Rules only. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Actor } from './actor.ts'
import { type Collection, type Consent, type ConsentState, type ConsentStep, standingOf } from './consent.ts'
import { isMinor, majorityOf, type Representation } from './representation.ts'

type Rule = { from: readonly ConsentState[]; to: ConsentState }

export const consentStepRules = {
  /** Also how a person who came of age confirms what a guardian gave. */
  approve: { from: ['requested', 'lapsed'], to: 'active' },
  decline: { from: ['requested'], to: 'declined' },
  pause: { from: ['active'], to: 'paused' },
  resume: { from: ['paused'], to: 'active' },
  withdraw: { from: ['active', 'paused', 'lapsed'], to: 'withdrawn' },
  /** I never signed this: whatever became of it, it is none from now on, and the department's counters are looked at. */
  object: { from: ['active', 'paused', 'lapsed', 'expired', 'used-up'], to: 'withdrawn' },
} as const satisfies Record<string, Rule>

export type ConsentStepName = keyof typeof consentStepRules

/** Parts that an approving subject may cut off from what was asked. */
export type Cut = { datasets?: Record<string, string[]>; validUntil?: Date; uses?: number }

export function stepConsent(
  consent: Consent,
  { name, cut = {} }: { name: ConsentStepName; cut?: Cut },
  actor: Actor,
  now: Date,
): Consent | Failure {
  const rule: Rule = consentStepRules[name]
  const state = standingOf(consent, now)
  if (!rule.from.includes(state)) {
    return failure(
      'STATE_CONFLICT',
      inWords(
        `The consent is ${state}; ${name} needs: ${rule.from.join(', ')}.`,
        `授权当前状态为 ${state}；${name} 须处于：${rule.from.join('、')}。`,
      ),
    )
  }
  if (name === 'object') {
    const unfit = checkObjection(consent, actor)
    if (unfit) return unfit
  }
  const widened = name === 'approve' ? checkCut(consent, cut) : undefined
  if (widened) return widened
  const stepped = {
    ...consent,
    ...(name === 'approve' && cut),
    state: rule.to,
    version: consent.version + 1,
    history: [...consent.history, stepOf(name, actor, now)],
    updatedAt: now,
  }
  return name === 'approve' ? given(stepped, actor, now) : stepped
}

export const stepOf = (step: ConsentStep['step'], actor: Actor, now: Date): ConsentStep => ({
  step,
  at: now.toISOString(),
  by: actor.as === 'counter' ? 'department' : actor.as,
  ...(actor.as === 'counter' && { evidence: actor.evidence }),
})

/** Effect of giving on the consent: how it was collected, and where it ends by itself. */
export function given(consent: Consent, actor: Actor, now: Date): Consent {
  const { lapsesAt: _, artefact, ...rest } = consent
  const representation = actor.as === 'subject' ? undefined : actor.representation
  // A consent given by an attorney does not outlast the power of attorney.
  const ends = representation?.kind === 'power-of-attorney' ? representation.validUntil : undefined
  const lapsesAt = lapseOf(consent, representation, now)
  return {
    ...rest,
    validUntil: ends && ends < consent.validUntil ? ends : consent.validUntil,
    artefact: {
      ...artefact,
      collection: collectionOf(actor),
      ...(representation && { givenBy: representation.representative }),
    },
    ...(lapsesAt && { lapsesAt }),
  }
}

/** A consent given for a minor waits for their own word once they are of age: by their id, else by the guardian's papers. */
function lapseOf({ subject }: Consent, representation: Representation | undefined, now: Date): Date | undefined {
  if (isMinor(subject, now)) return majorityOf(subject)
  return representation?.kind === 'guardian' ? representation.validUntil : undefined
}

function collectionOf(actor: Actor): Collection {
  if (actor.as === 'subject') return { method: 'console' }
  if (actor.as === 'representative') return { method: 'representative', representation: actor.representation.id }
  const { evidence, representation, by } = actor
  return { method: 'counter', evidence, recordedBy: by, ...(representation && { representation: representation.id }) }
}

/** Only the subject objects, and only to a consent that was recorded at a counter in their name. */
function checkObjection({ artefact }: Consent, actor: Actor): Failure | undefined {
  if (actor.as === 'counter') return failure('NOT_ALLOWED', onlySubject)
  return artefact.collection?.method === 'counter' ? undefined : failure('STATE_CONFLICT', notAtCounter)
}

const onlySubject = inWords('Only the subject objects.', '仅主体本人可提出异议。')
const notAtCounter = inWords(
  'It was not recorded at a counter; withdraw it instead.',
  '该授权并非在窗口登记，请改为撤回。',
)

function checkCut(consent: Consent, { datasets, validUntil, uses }: Cut): Failure | undefined {
  const beyond = (pointer: string, en: string, zh: string) =>
    failure('CONSENT_WIDENED', { pointer, ...inWords(en, zh) })
  for (const [dataset, fields] of Object.entries(datasets ?? {})) {
    const asked = Object.hasOwn(consent.datasets, dataset) ? consent.datasets[dataset]! : []
    if (fields.some(field => !asked.includes(field)))
      return beyond('/datasets', 'Only fields that were asked for.', '仅限所申请的字段。')
  }
  if (validUntil && (validUntil > consent.validUntil || validUntil <= consent.validFrom)) {
    return beyond(
      '/validUntil',
      'It may end earlier than asked, after its first day.',
      '截止时间可以早于申请的时间，但须晚于生效日期。',
    )
  }
  if (uses !== undefined && consent.uses !== undefined && uses > consent.uses) {
    return beyond('/uses', 'No more uses than asked.', '使用次数不得超过申请的次数。')
  }
  return undefined
}
