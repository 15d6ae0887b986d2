import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { decisionOn } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { departmentExists } from './department-store.ts'
import { checkMatter, type Matter } from './matter.ts'
import { storeMatter } from './matter-store.ts'
import type { CatalogueNeeds } from './needs.ts'

/** Registers a matter or replaces it. Each attempt is an entry of the log, a refused one too. */
export async function putMatter(needs: CatalogueNeeds, caller: Caller, matter: Matter): Promise<Matter | Failure> {
  const refusal = checkMatter(matter, id => needs.catalogue.dataset(id) !== undefined)
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const unknown = refusal ?? (await checkDepartment(tx, matter))
    record({ kind: 'matter', caller: caller.id, matter: matter.id, content: { id: matter.id }, ...decisionOn(unknown) })
    if (unknown) return unknown
    await storeMatter(tx, matter)
    return matter
  })
  if (!isFailure(outcome)) await needs.catalogue.refresh()
  return outcome
}

async function checkDepartment(tx: Transaction, { department }: Matter): Promise<Failure | undefined> {
  if (await departmentExists(tx, department)) return undefined
  const path = `PUT /v1/departments/${department}`
  const words = inWords(`Register it first: ${path}.`, `请先登记该部门：${path}。`)
  return failure('DEPARTMENT_UNKNOWN', { pointer: '/department', ...words })
}
