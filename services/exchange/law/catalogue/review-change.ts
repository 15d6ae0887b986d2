/** The review of catalogue changes: proposed by a steward, published, returned or withdrawn; each step is logged. */
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { storeDataset } from './catalogue-store.ts'
import { type Change, type ChangeStep, stepChange } from './change.ts'
import { insertChange, lockChange, readChange, updateChange } from './change-store.ts'
import type { Dataset } from './dataset.ts'
import { keepTopicsOfDataset } from './keep-topic-rights.ts'
import type { CatalogueNeeds } from './needs.ts'
import { checkDataset, digestOf } from './put-dataset.ts'
import { draftOf } from './put-department.ts'

export async function proposeChange(needs: CatalogueNeeds, caller: Caller, entry: Dataset): Promise<Change | Failure> {
  const refusal = await checkDataset(needs, caller, entry)
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const change: Change = {
      id: needs.newId(),
      dataset: entry.id,
      department: entry.department,
      entry,
      state: 'in-review',
      proposedAt: needs.now(),
      proposedBy: caller.id,
    }
    const failed = refusal ?? ((await insertChange(tx, change)) ? undefined : inReview)
    record(
      draftOf(caller, { noun: 'dataset-change', id: change.id, dataset: entry.id, digest: digestOf(entry) }, failed),
    )
    return failed ?? change
  })
  return outcome
}

const inReview = failure(
  'STATE_CONFLICT',
  inWords(
    'Another change of this dataset is in review. Withdraw that one, or wait for its answer.',
    '该数据资源另有变更正在审核，请先撤回或等待答复。',
  ),
)

export type Answering = { id: string; step: ChangeStep; reason?: string }

/** Checks the entry again: law or registry may forbid it meanwhile. */
export async function answerChange(
  needs: CatalogueNeeds,
  caller: Caller,
  { id, step, reason }: Answering,
): Promise<Change | Failure> {
  const asked = await readChange(needs.pool, id)
  const publishing = step === 'publish' && asked?.state === 'in-review' && caller.roles.includes('operator')
  const refusal = publishing ? await checkDataset(needs, caller, asked.entry) : undefined
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const change = await lockChange(tx, id)
    const answered =
      refusal ?? (change ? stepChange(change, { step, reason }, caller, needs.now()) : failure('NOT_FOUND'))
    const failed = isFailure(answered) ? answered : undefined
    record(draftOf(caller, { noun: 'dataset-change', id, step, ...(!failed && { dataset: asked!.dataset }) }, failed))
    if (isFailure(answered)) return answered
    await updateChange(tx, answered)
    if (answered.state !== 'published') return answered
    await keepTopicsOfDataset(needs, tx, answered.entry)
    await storeDataset(tx, answered.entry)
    return answered
  })
  if (!isFailure(outcome) && outcome.state === 'published') await needs.catalogue.refresh()
  return outcome
}
