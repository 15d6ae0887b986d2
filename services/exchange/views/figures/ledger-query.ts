/** Which part of the log a caller may have a ledger of. */
import { dayLength, startOfCityDay } from '../../../contract/city-time.ts'
import { type Failure, failure, inWords, isFailure } from '../../../contract/failure.ts'
import type { Period } from '../../log/reading/read-pulls.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { LedgerQuery } from './ledger-shapes.ts'

export type LedgerFilter = Period & { matter?: string; department?: string }

const longest = 92

/** A steward sees the own department; operators and auditors see all. */
export function readQuery(caller: Caller, query: LedgerQuery): LedgerFilter | Failure {
  const [start, last] = [startOfCityDay(query.from), startOfCityDay(query.to)]
  const days = (last.getTime() - start.getTime()) / dayLength + 1
  if (!(days > 0 && days <= longest)) {
    const words = inWords(
      `Ask for at most ${longest} days, the last not before the first.`,
      `最多查询 ${longest} 天，且截止日期不得早于起始日期。`,
    )
    return failure('LOG_SEARCH_TOO_WIDE', { pointer: '/to', ...words })
  }
  const department = departmentFor(caller, query.department)
  if (isFailure(department)) return department
  const { matter } = query
  return {
    from: start,
    until: new Date(last.getTime() + dayLength),
    ...(matter && { matter }),
    ...(department && { department }),
  }
}

function departmentFor({ roles, department: own }: Caller, asked: string | undefined): string | undefined | Failure {
  if (roles.includes('operator') || roles.includes('auditor')) return asked
  if (own && (asked === undefined || asked === own)) return own
  return failure('NOT_ALLOWED', {
    pointer: '/department',
    ...inWords('A steward sees the ledger of the own department.', '数据管理员仅可查看本部门的台账。'),
  })
}
