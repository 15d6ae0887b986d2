/** Which records are proof of what is asked for: rules only. */
import { cityDayOf } from '../../contract/city-time.ts'
import type { Requirement } from '../law/catalogue/matter.ts'
import type { Permit } from '../law/decision/decision.ts'
import { type FoundRecord, mostRecords } from '../records/registry/found-record.ts'
import type { Need, Progress } from './progress.ts'
import type { PullRequest } from './pull.ts'

/** The records within the agreed range of data; for a requirement, of those only the one that the caller chose. */
export function recordsFor({ request, decisions, found }: Progress, need: Need, dataset: string): FoundRecord[] {
  const decision = decisions.get(dataset)
  if (decision?.decision !== 'permit') return []
  const { choose = [], limit = mostRecords } = request
  const page = (found.get(dataset) ?? []).slice(0, limit)
  const inRange = page.filter(record => isWithin(record, decision.dataRange))
  const choice = choose.find(one => one.requirement === need.requirement?.id && 'key' in one && one.dataset === dataset)
  return choice && 'key' in choice ? inRange.filter(({ key }) => key === choice.key) : inRange
}

/** Those that prove the need: any, for a single dataset; for a requirement, in force and of a status that it accepts. */
export function proofsIn(progress: Progress, need: Need, dataset: string): FoundRecord[] {
  const records = recordsFor(progress, need, dataset)
  return need.requirement ? records.filter(isProof(need.requirement, cityDayOf(progress.now))) : records
}

const isProof =
  ({ statuses = ['valid'] }: Requirement, today: string) =>
  ({ status, validUntil }: FoundRecord): boolean =>
    statuses.includes(status) && (status !== 'valid' || !validUntil || validUntil >= today)

const isWithin = ({ validFrom, validUntil }: FoundRecord, range: Permit['dataRange']): boolean =>
  !range ||
  ((!range.until || !validFrom || validFrom <= range.until) && (!range.from || !validUntil || validUntil >= range.from))

/** Whether the caller keeps this record in its current version. */
export const isHeld =
  ({ held = [] }: PullRequest, dataset: string) =>
  ({ key, sequence }: FoundRecord): boolean =>
    held.some(copy => copy.dataset === dataset && copy.key === key && copy.version === sequence)
