/** A department's open duties about share requests, and their time limits: rules only. */
import Type, { type Static } from 'typebox'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Change } from '../catalogue/change.ts'
import { type Clock, clockSchema, reviewClock } from '../clock/clock.ts'
import type { Agreement } from './agreement.ts'
import { clockOf } from './agreement-clock.ts'
import { partsOf } from './step.ts'

export const workSchema = Type.Object(
  {
    agreement: Type.Optional(Type.String()),
    change: Type.Optional(Type.String({ description: 'Of the catalogue; task review' })),
    task: Type.Enum(['reply', 'provide', 'supplement', 'answer-extension', 'review']),
    dataset: Type.String(),
    source: Type.String(),
    department: Type.Optional(Type.String({ description: 'That asks for an agreement' })),
    purpose: Type.Optional(Type.String()),
    clock: Type.Optional(clockSchema),
  },
  { additionalProperties: false },
)
export type Work = Static<typeof workSchema>

/** Overdue first, then by the last day; what has no day comes last. */
export function worklistOf(caller: Caller, open: readonly Agreement[], inReview: readonly Change[], now: Date): Work[] {
  const reviews = caller.roles.includes('operator') ? inReview.map(change => reviewOf(change, now)) : []
  const work = [...open.flatMap(agreement => workIn(caller, agreement, now)), ...reviews]
  return work.sort((one, other) => (dueOf(one) < dueOf(other) ? -1 : 1))
}

const reviewOf = ({ id, dataset, department, proposedAt }: Change, now: Date): Work => ({
  change: id,
  task: 'review',
  dataset,
  source: department,
  clock: reviewClock(proposedAt, now),
})

const dueOf = ({ clock }: Work) => clock?.due ?? '9999'

function workIn(caller: Caller, agreement: Agreement, now: Date): Work[] {
  const clock = clockOf(agreement.state, agreement.history, now)
  const { id, dataset, source, department, purpose } = agreement
  const work = (task: Work['task']): Work => ({
    agreement: id,
    task,
    dataset,
    source,
    department,
    purpose,
    ...(clock && { clock }),
  })
  return tasksOf(caller, agreement, clock).map(work)
}

function tasksOf(caller: Caller, agreement: Agreement, clock: Clock | undefined): Work['task'][] {
  const parts = partsOf(caller, agreement)
  const tasks: Work['task'][] = []
  if (parts.has('source') && clock && !clock.stopped) tasks.push(clock.duty)
  if (parts.has('requester') && agreement.state === 'supplement-asked') tasks.push('supplement')
  if (parts.has('authority') && awaitsExtension(agreement)) tasks.push('answer-extension')
  return tasks
}

function awaitsExtension({ state, history }: Agreement): boolean {
  const asked = history.some(({ step }) => step === 'extend')
  const answered = history.some(({ step }) => step === 'grant-extension' || step === 'refuse-extension')
  return asked && !answered && (state === 'submitted' || state === 'supplement-asked')
}
