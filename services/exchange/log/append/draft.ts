/** The part that all drafts share: who acted, and how it ended. */
import { type Failure, isFailure } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Draft } from './access-log.ts'

/** The caller's id, and the department where the token names one. */
export const callerIn = ({ id, department }: Caller): Pick<Draft, 'caller' | 'department'> => ({
  caller: id,
  ...(department && { department }),
})

/** A Failure is a refusal with its code; anything else, undefined included, was permitted. */
export const decisionOn = (outcome: Failure | object | undefined): Pick<Draft, 'decision' | 'code'> =>
  isFailure(outcome) ? { decision: 'refuse', code: outcome.failure } : { decision: 'permit' }

/** The draft of an act that ended with `outcome`: see `decisionOn`. */
export const draftBy = (
  caller: Caller,
  outcome: Failure | object | undefined,
  rest: Omit<Draft, 'caller' | 'department' | 'decision' | 'code'>,
): Draft => ({ ...rest, ...callerIn(caller), ...decisionOn(outcome) })
