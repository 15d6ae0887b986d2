/**
 * A change of the catalogue on its way: what a steward asks for is reviewed and published by the authority within two
 * working days (Order 809, Art 17). Rules only.
 */

import Type, { type Static } from 'typebox'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { closed } from '../../../contract/shapes.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { clockSchema, reviewClock } from '../clock/clock.ts'
import { type Dataset, datasetSchema } from './dataset.ts'

export const changeStates = ['in-review', 'published', 'returned', 'withdrawn'] as const
export type ChangeState = (typeof changeStates)[number]

export type Change = {
  id: string
  dataset: string
  department: string
  entry: Dataset
  state: ChangeState
  proposedAt: Date
  proposedBy: string
  answeredAt?: Date
  answeredBy?: string
  reason?: string
}

const text = Type.String()

export const changeAnswer = Type.Object(
  {
    id: text,
    dataset: text,
    department: text,
    state: Type.Enum([...changeStates]),
    entry: datasetSchema,
    proposedAt: text,
    proposedBy: text,
    answeredAt: Type.Optional(text),
    answeredBy: Type.Optional(text),
    reason: Type.Optional(text),
    clock: Type.Optional(clockSchema),
  },
  { ...closed, $id: 'CatalogueChange', title: 'CatalogueChange' },
)
export type ChangeAnswer = Static<typeof changeAnswer>

export function answerOf(change: Change, now: Date): ChangeAnswer {
  const { proposedAt, answeredAt, ...plain } = change
  return {
    ...plain,
    proposedAt: proposedAt.toISOString(),
    ...(answeredAt && { answeredAt: answeredAt.toISOString() }),
    ...(change.state === 'in-review' && { clock: reviewClock(proposedAt, now) }),
  }
}

export type ChangeStep = 'publish' | 'return' | 'withdraw'
const outcomes = { publish: 'published', return: 'returned', withdraw: 'withdrawn' } as const

/** The authority publishes or returns; the department that asked may withdraw. To all others it does not exist. */
export function stepChange(
  change: Change,
  { step, reason }: { step: ChangeStep; reason: string | undefined },
  caller: Caller,
  now: Date,
): Change | Failure {
  if (!maySee(caller, change)) return failure('NOT_FOUND')
  const isAuthority = caller.roles.includes('operator')
  if (step === 'withdraw' ? caller.department !== change.department : !isAuthority) {
    const words =
      step === 'withdraw'
        ? inWords('The department that asked may withdraw.', '仅提出变更的部门可以撤回。')
        : inWords('The authority (operator) reviews.', '由主管部门（平台运营方）审核。')
    return failure('NOT_ALLOWED', words)
  }
  if (change.state !== 'in-review')
    return failure('STATE_CONFLICT', inWords(`The change is ${change.state}.`, `该变更当前状态为 ${change.state}。`))
  return { ...change, state: outcomes[step], answeredAt: now, answeredBy: caller.id, ...(reason && { reason }) }
}

export const maySee = ({ roles, department }: Caller, change: Pick<Change, 'department'>): boolean =>
  roles.includes('operator') || roles.includes('auditor') || department === change.department
