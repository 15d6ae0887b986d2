/** Registering a department or a system: rules, one transaction, one entry in the access log. */
import type { JsonObject } from '../../../contract/canonical-json.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { troubleWithKey } from '../../../contract/public-key.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import { lockName } from '../../../postgres/lock-name.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import { draftBy } from '../../log/append/draft.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { type Department, type PutSystem, reservedNames, type System } from './department.ts'
import { demandsProof, departmentExists, holderOfCreditCode, storeDepartment, storeSystem } from './department-store.ts'
import { keepTopicsOfSystem } from './keep-topic-rights.ts'
import type { CatalogueNeeds } from './needs.ts'

export async function putDepartment(
  needs: CatalogueNeeds,
  caller: Caller,
  department: Department,
): Promise<Department | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const refusal =
      reservedRefusal(department.id) ?? codeRefusal(needs, department) ?? (await takenRefusal(tx, department))
    record(draftOf(caller, { noun: 'department', id: department.id }, refusal))
    if (refusal) return refusal
    await storeDepartment(tx, department)
    return department
  })
  return outcome
}

function reservedRefusal(id: string): Failure | undefined {
  if (!reservedNames.includes(id)) return undefined
  return failure(
    'DEPARTMENT_RESERVED',
    inWords(
      `Choose another name than ${reservedNames.join(' or ')}.`,
      `请另选名称，不得使用 ${reservedNames.join('、')}。`,
    ),
  )
}

const codeRefusal = ({ catalogue }: CatalogueNeeds, { creditCode }: Department): Failure | undefined =>
  checkSubject({ type: 'organisation', id: creditCode }, '/creditCode', catalogue.exceptions)

async function takenRefusal(tx: Transaction, { creditCode, id }: Department): Promise<Failure | undefined> {
  const holder = await holderOfCreditCode(tx, creditCode, id)
  if (!holder) return undefined
  const words = inWords(`It is the code of ${holder}.`, `该代码属于 ${holder}。`)
  return failure('CREDIT_CODE_TAKEN', { pointer: '/creditCode', ...words })
}

/**
 * The rights on Kafka come first: see keep-topic-rights.ts. The entry of the log names the rights given, and whether proofs are
 * demanded. That demand stays unless it is lifted by name: who rotates a key with an older script must not lift it.
 */
export async function putSystem(needs: CatalogueNeeds, caller: Caller, given: PutSystem): Promise<System | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    await lockName(tx, `system ${given.id}`)
    const dpopRequired = given.dpopRequired ?? (await demandsProof(tx, given.id))
    const system = { ...given, dpopRequired }
    const refusal = await refusalOf(tx, system)
    record(draftOf(caller, { noun: 'system', id: system.id, rights: system.rights, dpopRequired }, refusal))
    if (refusal) return refusal
    await keepTopicsOfSystem(needs, tx, system)
    await storeSystem(tx, system)
    return system
  })
  await needs.catalogue.refresh()
  return outcome
}

const refusalOf = async (tx: Transaction, system: System) =>
  reservedRefusal(system.department) ?? keyRefusal(system) ?? kafkaRefusal(system) ?? (await unknownRefusal(tx, system))

/** docs/decisions/2026-11-30-proofs-and-kafka.md: Kafka would take a stolen token, so such a system may do nothing there. */
function kafkaRefusal({ dpopRequired, rights }: System): Failure | undefined {
  if (!dpopRequired || !rights.includes('publish')) return undefined
  const words = inWords(
    'Register a system of its own for what publishes, without dpopRequired.',
    '请为发布数据另行登记一个不设 dpopRequired 的业务系统。',
  )
  return failure('PROOF_NOT_AT_KAFKA', { pointer: '/dpopRequired', ...words })
}

/** Each key can verify something, and is there once: two of one name would leave it to chance which is meant. */
function keyRefusal({ jwks: { keys } }: System): Failure | undefined {
  for (const [n, key] of keys.entries()) {
    const refused = (member: string, en: string, zh: string) =>
      failure('KEY_INVALID', {
        pointer: `/jwks/keys/${n}/${member}`,
        ...inWords(`${member} ${en}.`, `${member} ${zh}。`),
      })
    const trouble = troubleWithKey(key)
    if (trouble) return refused(trouble.member, trouble.is.en, trouble.is.zh)
    const earlier = keys.slice(0, n)
    if (earlier.some(({ kid }) => kid === key.kid)) return refused('kid', 'is that of another key', '与另一公钥重复')
    if (earlier.some(({ x }) => x === key.x)) return refused('x', 'is that of another key', '与另一公钥重复')
  }
  return undefined
}

async function unknownRefusal(tx: Transaction, { department }: System): Promise<Failure | undefined> {
  if (await departmentExists(tx, department)) return undefined
  const path = `PUT /v1/departments/${department}`
  return failure('DEPARTMENT_UNKNOWN', inWords(`Register it first: ${path}.`, `请先登记该部门：${path}。`))
}

/** The entry of a change of the catalogue: what kind of thing, which one, and what else is told of it. */
export const draftOf = (caller: Caller, content: JsonObject & { noun: string; id: string }, refusal?: Failure) =>
  draftBy(caller, refusal, { kind: 'catalogue', content })
