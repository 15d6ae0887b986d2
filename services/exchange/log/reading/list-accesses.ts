/** Who used my data: the log as a citizen or an organisation sees it. */
import type { Json, JsonObject } from '../../../contract/canonical-json.ts'
import { cityDayOf } from '../../../contract/city-time.ts'
import { isSameSubject, type Subject } from '../../../contract/subject.ts'
import type { Caller } from '../../platform/identity/caller.ts'
import type { Draft } from '../append/access-log.ts'
import type { LogNeeds } from '../append/needs.ts'
import type { LoggedEntry } from '../tree/entry-store.ts'
import { findAccesses } from './find-entries.ts'

type AccessedDataset = {
  dataset: string
  decision: string
  code?: string
  basis?: { type: string; provision?: string; consent?: string }
  fields: string[]
  verified: string[]
  /** Which records: what a correction names. Absent where some of them may not be about the reader. */
  records?: { key: string; version: number }[]
}

export type Access = {
  index: number
  at: string
  kind: string
  caller: string
  decision: string
  datasets: AccessedDataset[]
  department?: string
  case?: string
  matter?: string
  purpose?: string
  step?: string
  code?: string
  confidential?: { until: string; authority: string; reason: string }
}

type Entry = Omit<Draft, 'about' | 'datasets'> & { index: number; at: string; about: Subject[]; datasets: string[] }
type Result = {
  dataset: string
  decision: string
  code?: string
  basis?: { type: string; provision?: string; consent?: string }
  fields?: string[]
  claims?: string[]
  about?: number[]
  records?: { key: string; version: number }[]
}

/**
 * One subject's view of an entry about several: who, when and why, and of the datasets only those whose records
 * were about them. The numbers of officials and auditors and the others' ids stay with the auditors.
 */
export function accessOf(text: string, subject: Subject): Access {
  const entry = JSON.parse(text) as Entry
  const { index, at, kind, decision, department, matter, code, content } = entry
  const caller = kind === 'log-search' ? 'auditor' : entry.caller
  const { purpose, step, confidential } = content as Partial<Pick<Access, 'purpose' | 'step' | 'confidential'>>
  const isAsked = isSameSubject(content.subject as Subject | undefined, subject)
  const datasets = resultsOf(entry, subject).map(result => shown(result, isAsked))
  return {
    index,
    at,
    kind,
    caller,
    decision,
    datasets,
    ...defined({ department, case: entry.case, matter, purpose, step, code }),
    ...(confidential &&
      entry.confidentialUntil && { confidential: { ...confidential, until: entry.confidentialUntil } }),
  }
}

/** A pull has a result for each dataset; a step of a consent or a correction names the datasets it is about. */
function resultsOf(entry: Entry, subject: Subject): Result[] {
  const { kind, datasets, decision, content } = entry
  if (kind === 'consent' || kind === 'correction') return datasets.map(dataset => ({ dataset, decision }))
  return ((content.results ?? []) as Json[] as Result[]).filter(result => concerns(result, entry, subject))
}

/** A result that names no one is about whom the pull asked for: its refusals, and records of a single subject. */
function concerns(result: Result, { about, content }: Entry, subject: Subject): boolean {
  if (result.about) return result.about.some(place => isSameSubject(about[place], subject))
  return isSameSubject(content.subject as Subject | undefined, subject)
}

/** All records of a result are about whom was asked for; of several, not every one is about each of the others. */
const shown = (
  { dataset, decision, code, basis, fields = [], claims = [], records = [] }: Result,
  isAsked: boolean,
): AccessedDataset => ({
  dataset,
  decision,
  fields,
  verified: claims,
  ...((isAsked || records.length === 1) &&
    records.length > 0 && { records: records.map(({ key, version }) => ({ key, version })) }),
  ...(code && { code }),
  ...(basis && { basis: { type: basis.type, ...defined({ provision: basis.provision, consent: basis.consent }) } }),
})

function defined<T extends JsonObject | Record<string, string | undefined>>(object: T) {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>
  }
}

/** A page of the subject's accesses; the looking itself is logged, and shown to auditors only. */
export async function listAccesses(
  needs: LogNeeds,
  viewer: Caller,
  subject: Subject,
  page: { before?: number; limit: number },
): Promise<LoggedEntry[]> {
  const { outcome } = await needs.accessLog.commitWith(async (tx, record) => {
    const found = await findAccesses(tx, subject, { ...page, today: cityDayOf(needs.now()), viewer: viewer.id })
    record({
      kind: 'citizen-view',
      caller: viewer.id,
      about: [subject],
      content: { what: 'accesses', found: Math.min(found.length, page.limit - 1) },
      decision: 'permit',
    })
    return found
  })
  return outcome
}
