/**
 * A pull as its log entry tells it: the one reading of such an entry in the hub. Overview, ledger, figures, alarms and uses
 * fold over it; services/auditor/ledger.ts reads entries by itself, for those who do not trust the hub.
 */
import { cityDayOf } from '../../../contract/city-time.ts'
import type { Subject } from '../../../contract/subject.ts'

/** A dataset of a pull. `fields` were released, `claims` verified without being released. */
export type PullResult = {
  dataset: string
  decision: 'permit' | 'refuse' | 'fail'
  code?: string
  fields?: readonly string[]
  claims?: readonly string[]
  records?: readonly { key: string; version: number }[]
}

/** Outcome of a proof that a matter demands; see pull-answer.ts. */
export type RequirementOutcome = {
  id: string
  outcome: string
  datasets: readonly string[]
  reason?: string
  code?: string
}

export type LoggedPull = {
  index: number
  at: Date
  /** Of the city, `YYYY-MM-DD`. */
  day: string
  caller: string
  /** '' for callers of no department. */
  department: string
  official?: string
  case?: string
  matter?: string
  reference: string
  /** Datasets that were asked for. */
  datasets: readonly string[]
  /** `permit` where anything was given. */
  decision: string
  code?: string
  confidentialUntil?: string
  /** Everyone the entry is about; the pull's own `subject` is among them, but for a pull that could not be decided. */
  about: readonly Subject[]
  subject: { type: string; id: string }
  /** GB/T 2260. */
  district?: string
  /** From the request's arrival to the answer. */
  milliseconds?: number
  results: readonly PullResult[]
  /** Only of a pull for a matter that was decided. */
  requirements?: readonly RequirementOutcome[]
}

type Content = Pick<LoggedPull, 'subject' | 'district' | 'milliseconds' | 'requirements'> & {
  results?: readonly PullResult[]
}
type Entry = Omit<LoggedPull, keyof Content | 'at' | 'day' | 'department' | 'results'> & {
  at: string
  kind: string
  department?: string
  content: Content
}

/** Undefined for an entry of another kind. `entry`: canonical JSON as it was hashed. */
export function pullOf(entry: string): LoggedPull | undefined {
  const { kind, at: instant, content, department = '', ...members } = JSON.parse(entry) as Entry
  if (kind !== 'pull') return undefined
  const { subject, district, milliseconds, requirements, results = [] } = content
  const at = new Date(instant)
  const asked = { subject, district, milliseconds, requirements, results }
  return { ...members, ...asked, department, at, day: cityDayOf(at) } as LoggedPull
}

/** Given of some datasets, refused of others. */
export const isPartial = ({ decision, results }: LoggedPull): boolean =>
  decision === 'permit' && results.some(result => result.decision === 'refuse')
