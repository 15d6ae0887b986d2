/** Registering or changing a catalogue entry: the law first, then Kafka's topics, then the row and its log entry. */
import { createHash } from 'node:crypto'
import { canonicalJson, type Json } from '../../../contract/canonical-json.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { readDataset, storeDataset } from './catalogue-store.ts'
import type { Dataset } from './dataset.ts'
import { departmentExists } from './department-store.ts'
import { checkFields } from './fields.ts'
import { keepTopicsOfDataset } from './keep-topic-rights.ts'
import { checkLawful } from './lawful.ts'
import type { CatalogueNeeds } from './needs.ts'
import { draftOf } from './put-department.ts'

/**
 * Publishes at once, which is the authority's right; what a steward puts goes through review (see review.ts). Idempotent: the
 * same entry again changes nothing.
 */
export async function putDataset(needs: CatalogueNeeds, caller: Caller, dataset: Dataset): Promise<Dataset | Failure> {
  const refusal = await checkDataset(needs, caller, dataset)
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    record(draftOf(caller, { noun: 'dataset', id: dataset.id, digest: digestOf(dataset) }, refusal))
    if (refusal) return refusal
    await keepTopicsOfDataset(needs, tx, dataset)
    await storeDataset(tx, dataset)
    return dataset
  })
  if (!isFailure(outcome)) await needs.catalogue.refresh()
  return outcome
}

/** Operators may put any department's datasets, stewards their own; the law and what stands have their say. */
export async function checkDataset(
  needs: CatalogueNeeds,
  caller: Caller,
  dataset: Dataset,
): Promise<Failure | undefined> {
  return (
    mayPut(caller, dataset) ?? checkLawful(dataset) ?? checkFields(dataset) ?? (await checkStanding(needs, dataset))
  )
}

function mayPut(caller: Caller, { id, department }: Dataset): Failure | undefined {
  if (!id.startsWith(`${department}.`)) {
    return failure('BODY_INVALID', {
      pointer: '/department',
      ...inWords('A dataset id begins with its department and a dot.', '数据资源编号须以所属部门和句点开头。'),
    })
  }
  if (caller.roles.includes('operator') || caller.department === department) return undefined
  return failure('NOT_FOUND')
}

/** Key and subjects may not change once there can be records: it would unhook them from their subjects. Names may. */
async function checkStanding(needs: CatalogueNeeds, dataset: Dataset): Promise<Failure | undefined> {
  if (!(await departmentExists(needs.pool, dataset.department))) {
    const path = `PUT /v1/departments/${dataset.department}`
    return failure('DEPARTMENT_UNKNOWN', inWords(`Register it first: ${path}.`, `请先登记该部门：${path}。`))
  }
  const before = await readDataset(needs.pool, dataset.id)
  const fixed = ({ key, subjects }: Dataset) =>
    canonicalJson({ key, subjects: subjects.map(({ type, id, role }) => ({ type, id, role })) } as Json)
  if (!before || fixed(before) === fixed(dataset)) return undefined
  const words = inWords(
    'The key and the subjects of a dataset never change. Register a new dataset instead.',
    '数据资源的主键和主体不得变更，请另行登记新的数据资源。',
  )
  return failure('STATE_CONFLICT', { pointer: before.key === dataset.key ? '/subjects' : '/key', ...words })
}

export const isStanding = ({ catalogue }: CatalogueNeeds, dataset: Dataset): boolean =>
  canonicalJson((catalogue.dataset(dataset.id) ?? null) as Json) === canonicalJson(dataset as Json)

export const digestOf = (dataset: Dataset) =>
  createHash('sha256')
    .update(canonicalJson(dataset as Json))
    .digest('hex')
