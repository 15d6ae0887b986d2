import type { Schemas } from '../../hub.ts'

export type ConsentState = Schemas['Consent']['state']
export type ConsentStep = 'approve' | 'decline' | 'pause' | 'resume' | 'withdraw' | 'object'

/** A subject's next steps; the hub decides, this only spares them buttons that it would refuse. */
export function stepsFor(state: ConsentState, isFromCounter = false): ConsentStep[] {
  const steps = ownSteps(state)
  const mayObject = isFromCounter && state !== 'requested' && state !== 'declined' && state !== 'withdrawn'
  return mayObject ? [...steps, 'object'] : steps
}

function ownSteps(state: ConsentState): ConsentStep[] {
  if (state === 'requested') return ['approve', 'decline']
  if (state === 'lapsed') return ['approve', 'withdraw']
  if (state === 'active') return ['pause', 'withdraw']
  if (state === 'paused') return ['resume', 'withdraw']
  return []
}

export function kindOf(state: ConsentState): 'good' | 'wait' | 'quiet' {
  if (state === 'active') return 'good'
  return state === 'requested' || state === 'paused' || state === 'lapsed' ? 'wait' : 'quiet'
}
