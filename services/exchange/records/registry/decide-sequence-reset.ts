/**
 * The way out where a record's sequence was wrong: one person asks that it be reset, another approves, and what stands then
 * yields to the next version that arrives, whatever its sequence. Each step is logged.
 */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { RegistryNeeds } from './needs.ts'
import type { SequenceReset } from './sequence-reset.ts'
import { answerReset, insertReset, lockReset } from './sequence-reset-store.ts'

/** The one that waits for an answer where the same was asked before. */
export async function askReset(
  needs: RegistryNeeds,
  caller: Caller,
  asked: Pick<SequenceReset, 'dataset' | 'key' | 'reason'>,
): Promise<SequenceReset> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const reset = await insertReset(tx, { ...asked, id: needs.newId(), askedAt: needs.now(), askedBy: caller.id })
    record(draftOf(caller, reset, 'ask'))
    return reset
  })
  return outcome
}

/** An answer that was given before is given again; another one is refused, and so is that of the person who asked. */
export async function decideReset(
  needs: RegistryNeeds,
  caller: Caller,
  { id, dataset, state }: { id: string; dataset: string; state: 'approved' | 'declined' },
): Promise<SequenceReset | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const reset = await lockReset(tx, dataset, id)
    if (!reset) return failure('NOT_FOUND')
    const refusal = refusalOf(reset, caller, state)
    record(draftOf(caller, reset, state, refusal))
    if (refusal) return refusal
    return reset.state === state ? reset : await answerReset(tx, { id, state, answeredBy: caller.id })
  })
  return outcome
}

function refusalOf(reset: SequenceReset, caller: Caller, state: SequenceReset['state']): Failure | undefined {
  if (reset.state !== 'asked' && reset.state !== state)
    return failure(
      'STATE_CONFLICT',
      inWords('It was answered otherwise; ask anew.', '该申请已有其他答复，请重新提出。'),
    )
  if (reset.askedBy !== caller.id) return undefined
  return failure(
    'NOT_ALLOWED',
    inWords('Another person than the one who asked must answer.', '须由申请人以外的另一人答复。'),
  )
}

const draftOf = (caller: Caller, { id, dataset, key }: SequenceReset, step: string, refusal?: Failure) =>
  draftBy(caller, refusal, {
    kind: 'catalogue',
    content: { noun: 'sequence-reset', id, dataset, ...(key !== null && { key }), step },
    datasets: [dataset],
  })
