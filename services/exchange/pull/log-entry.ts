/** What the access log says of a pull: who, for what, on which basis, which fields of which records. Never their values. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import type { Subject } from '../../contract/subject.ts'
import type { Draft } from '../access-log/access-log.ts'
import type { Caller } from '../identity/caller.ts'
import type { Answered } from './answer.ts'
import type { Progress } from './progress.ts'
import type { PullRequest } from './pull.ts'

export type PullToLog = { id: string; caller: Caller; request: PullRequest }

export function draftOfPull(pull: PullToLog, progress: Progress, { requirements, results, about }: Answered): Draft {
  const permitted = results.some(result => result.decision === 'permit')
  const everyone = distinct([pull.request.subject, ...about.flat()])
  const placesOf = (subjects: Subject[]) => distinct(subjects).map(subject => everyone.findIndex(isSame(subject)))
  const logged = results.map((result, n) => ({
    ...resultEntry(result, progress),
    ...(about[n]!.length > 0 && { about: placesOf(about[n]!) }),
  }))
  const met = requirements?.map(({ id, outcome, code, datasets }) => ({ id, outcome, datasets, ...(code && { code }) }))
  return {
    ...draftBase(pull, everyone),
    content: { ...contentBase(pull), results: logged, ...(met && { requirements: met }) } as JsonObject,
    datasets: results.map(result => result.dataset),
    decision: permitted ? 'permit' : 'refuse',
    ...(!permitted && results[0]?.code && { code: results[0].code }),
  }
}

/** A pull that could not even be decided: an unknown matter, a subject's id with a wrong check digit. */
export const draftOfFailedPull = (pull: PullToLog, code: string): Draft => ({
  ...draftBase(pull, []),
  content: contentBase({ ...pull, request: { ...pull.request, subject: { type: pull.request.subject.type, id: '' } } }),
  decision: 'refuse',
  code,
})

const draftBase = ({ id, caller, request }: PullToLog, about: Subject[]) => ({
  kind: 'pull' as const,
  reference: id,
  caller: caller.id,
  ...(caller.department && { department: caller.department }),
  ...(request.official && { official: request.official }),
  ...(request.case && { case: request.case }),
  ...(request.matter && { matter: request.matter }),
  about,
})

const contentBase = ({ id, request }: PullToLog): JsonObject => ({
  pull: id,
  purpose: request.purpose,
  subject: request.subject,
})

function resultEntry(result: Answered['results'][number], progress: Progress): JsonObject {
  const { dataset, decision } = result
  if (decision === 'refuse') return { dataset, decision, code: result.code! }
  const outcome = progress.outcomes.get(dataset)!.decision
  const fields = outcome.decision === 'permit' ? outcome.fields.map(field => field.pointer) : []
  return {
    dataset,
    decision,
    basis: result.basis as JsonObject,
    ...(result.claims ? { claims: result.claims.map(claim => claim.field) } : { fields }),
    records: (result.records ?? []).map(({ key, version }) => ({ key, version })),
  }
}

const isSame = (one: Subject) => (other: Subject) => one.type === other.type && one.id === other.id

function distinct(subjects: Subject[]): Subject[] {
  return [...new Map(subjects.map(subject => [`${subject.type} ${subject.id}`, subject])).values()]
}
