/** Registering a schema reader, giving it a secret, revoking it: one transaction each, one entry in the access log. */
import { randomBytes } from 'node:crypto'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import { digestOf, secretBytes, writeReaderSecret } from '../../../contract/reader-secret.ts'
import { lockName } from '../../../postgres/lock-name.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { departmentExists } from './department-store.ts'
import type { CatalogueNeeds } from './needs.ts'
import { draftOf } from './put-department.ts'
import type { Reader, ReaderSecret } from './reader.ts'
import { eraseSecret, storeReader, storeSecret } from './reader-store.ts'

/** The hub's operator has Kafka UIs of its own, so `hub` may have readers, though it is no department. */
export async function putReader(needs: CatalogueNeeds, caller: Caller, reader: Reader): Promise<Reader | Failure> {
  const isKnown = reader.department === 'hub' || (await departmentExists(needs.pool, reader.department))
  const refusal = isKnown ? undefined : unknownDepartment(reader.department)
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    record(draftOf(caller, { noun: 'reader', id: reader.id, topics: reader.topics }, refusal))
    if (refusal) return refusal
    await lockName(tx, `reader ${reader.id}`)
    await needs.broker.letSeeTopics(reader.id, reader.topics)
    await storeReader(tx, reader)
    return reader
  })
  await needs.catalogue.refresh()
  return outcome
}

/** The first secret, or another one in its place: what it was before opens nothing any more. It is told here and never again. */
export async function renewSecret(
  needs: CatalogueNeeds,
  caller: Caller,
  id: string,
  random: Buffer = randomBytes(secretBytes),
): Promise<ReaderSecret | Failure> {
  const secret = writeReaderSecret(random)
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const since = await storeSecret(tx, id, digestOf(secret))
    const refusal = since ? undefined : unknownReader
    record(draftOf(caller, { noun: 'reader', id, step: 'secret' }, refusal))
    return since ? { id, secret, since } : unknownReader
  })
  await needs.catalogue.refresh()
  return outcome
}

/** In force with the answer: the secret opens nothing, nor do tokens that were given for it. */
export async function revokeReader(
  needs: CatalogueNeeds,
  caller: Caller,
  id: string,
): Promise<{ id: string } | Failure> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    await lockName(tx, `reader ${id}`)
    const refusal = (await eraseSecret(tx, id)) ? undefined : unknownReader
    record(draftOf(caller, { noun: 'reader', id, step: 'revoke' }, refusal))
    return refusal ?? { id }
  })
  await needs.catalogue.refresh()
  // Last, for a Kafka that is away must not keep the secret alive: without one the issuer gives no token for Kafka either.
  if (!isFailure(outcome)) await needs.broker.letSeeTopics(id, false)
  return outcome
}

const unknownDepartment = (department: string) => {
  const path = `PUT /v1/departments/${department}`
  return failure('DEPARTMENT_UNKNOWN', inWords(`Register it first: ${path}.`, `请先登记该部门：${path}。`))
}

const unknownReader = failure(
  'NOT_FOUND',
  inWords('Register the reader first, by PUT at its own address.', '请先以 PUT 登记该读取程序。'),
)
