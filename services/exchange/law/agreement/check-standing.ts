import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Transaction } from '../../../postgres/transaction.ts'
import type { Agreement } from './agreement.ts'
import { lockBetween } from './agreement-store.ts'
import { checkRequest, findOverlap, type Known } from './check-request.ts'
import type { AgreementNeeds } from './needs.ts'

/** Checks of a request by itself, and towards the agreements that stand. */
export async function checkStanding(
  needs: AgreementNeeds,
  tx: Transaction,
  request: Agreement,
  now: Date,
): Promise<Failure | undefined> {
  const refusal = checkRequest(request, needs.catalogue.dataset(request.dataset)!, knownTo(needs), now)
  if (refusal) return refusal
  const overlap = findOverlap(request, await lockBetween(tx, request), now)
  if (!overlap) return undefined
  const words = inWords(
    `It is ${overlap.id}. Ask for other fields or another period, or terminate that one first.`,
    `与 ${overlap.id} 重叠。请更换字段或期限，或先终止该授权。`,
  )
  return failure('AGREEMENT_OVERLAPS', { pointer: '/fields', ...words })
}

const knownTo = ({ catalogue }: Pick<AgreementNeeds, 'catalogue'>): Known => ({
  isPurpose: code => catalogue.matters().some(({ purpose }) => purpose.code === code),
  isMatter: id => catalogue.matter(id) !== undefined,
})
