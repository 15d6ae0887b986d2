/** A steward names a code as lawful, or takes that back: one transaction, one entry of the log, which the organisation sees. */
import { type Failure, failure, isFailure } from '../../../contract/failure.ts'
import type { Draft } from '../../log/append/access-log.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import { noDepartment } from '../../platform/identity/caller-lacks.ts'
import { type CodeException, checkException, type ExceptionBody } from './code-exception.ts'
import { countOtherExceptions, removeException, storeException } from './code-exception-store.ts'
import type { CatalogueNeeds } from './needs.ts'
import { draftOf } from './put-department.ts'

export async function nameException(
  needs: CatalogueNeeds,
  caller: Caller,
  body: ExceptionBody,
): Promise<CodeException | Failure> {
  const { department } = caller
  if (!department) return noDepartment
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const refusal = checkException(body, await countOtherExceptions(tx, body.code))
    record(draftOfStep(caller, body, refusal))
    if (refusal) return refusal
    const exception = { ...body, department, namedBy: caller.id, namedAt: needs.now() }
    await storeException(tx, exception)
    return exception
  })
  await needs.catalogue.refresh()
  return outcome
}

/** Records stored under it stay; it is accepted no more. */
export async function withdrawException(
  needs: CatalogueNeeds,
  caller: Caller,
  body: ExceptionBody,
): Promise<Failure | undefined> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const refusal = (await removeException(tx, body.code)) ? undefined : failure('NOT_FOUND', { pointer: '/code' })
    record(draftOfStep(caller, body, refusal, 'withdraw'))
    return refusal
  })
  await needs.catalogue.refresh()
  return isFailure(outcome) ? outcome : undefined
}

/** A text that is no code at all is not noted: it may be anything. */
function draftOfStep(
  caller: Caller,
  { code, reason }: ExceptionBody,
  refusal: Failure | undefined,
  step?: string,
): Draft {
  const more = { reason, ...(step && { step }) }
  if (refusal) return draftOf(caller, { noun: 'code-exception', id: '', ...(step && { step }) }, refusal)
  return {
    ...draftOf(caller, { noun: 'code-exception', id: code, ...more }),
    about: [{ type: 'organisation', id: code }],
  }
}
