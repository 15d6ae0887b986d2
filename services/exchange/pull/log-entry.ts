/**
 * The log entry of a pull: who, for what, on which basis, which fields of which records. Never their values, nor
 * those of the facts stated. The statistics of papers (see the ledger) are made from these entries alone.
 */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { type Subject, subjectKey } from '../../contract/subject.ts'
import type { Draft } from '../log/append/access-log.ts'
import { callerIn } from '../log/append/draft.ts'
import type { Caller } from '../platform/identity/caller.ts'
import type { Answered, Result } from './answer.ts'
import { isHeld } from './proof.ts'
import type { PullRequest } from './pull.ts'
import type { RequirementAnswer } from './pull-answer.ts'

/** `milliseconds` from the request's arrival to the writing of this entry. */
type PullToLog = { id: string; caller: Caller; request: PullRequest; milliseconds: number }

export function draftOfPull(pull: PullToLog, { requirements, results }: Answered): Draft {
  const refused = results.length > 0 && results.every(({ answer }) => answer.decision === 'refuse')
  const everyone = placesOf([
    pull.request.subject,
    ...results.flatMap(result => result.told.flatMap(({ about }) => about)),
  ])
  return {
    ...draftBase(
      pull,
      [...everyone.values()].map(({ subject }) => subject),
    ),
    content: contentOf(pull, {
      ...(requirements && { requirements: requirements.map(requirementEntry) }),
      results: results.map(result => resultEntry(pull.request, result, everyone)),
    }),
    datasets: results.map(({ answer }) => answer.dataset),
    decision: refused ? 'refuse' : 'permit',
    ...(refused && { code: results[0]!.answer.code! }),
    ...(isConfidential(pull.request, results) && { confidentialUntil: pull.request.confidential!.until }),
  }
}

/** Permitted datasets were so by agreements that allow it. Where there are none, no law keeps the attempt back. */
const isConfidential = ({ confidential }: PullRequest, results: readonly Result[]): boolean =>
  confidential !== undefined && results.some(({ answer }) => answer.decision === 'permit')

/** A pull that could not even be decided: an unknown matter, a subject's id with a wrong check digit. */
export const draftOfFailedPull = (pull: PullToLog, code: string): Draft => ({
  ...draftBase(pull, []),
  content: contentOf(
    { ...pull, request: { ...pull.request, subject: { type: pull.request.subject.type, id: '' } } },
    {},
  ),
  decision: 'refuse',
  code,
})

const draftBase = ({ id, caller, request }: PullToLog, about: Subject[]) => ({
  kind: 'pull' as const,
  reference: id,
  ...callerIn(caller),
  ...(request.official && { official: request.official }),
  ...(request.case && { case: request.case }),
  ...(request.matter && { matter: request.matter }),
  about,
})

/** Here and below the keys stand in canonical order, which spares the access log to put them so. */
const contentOf = ({ id, request, milliseconds }: PullToLog, outcome: JsonObject): JsonObject => ({
  ...(request.confidential && {
    confidential: { authority: request.confidential.authority, reason: request.confidential.reason },
  }),
  ...(request.district && { district: request.district }),
  milliseconds,
  pull: id,
  purpose: request.purpose,
  ...outcome,
  subject: { id: request.subject.id, type: request.subject.type },
})

const requirementEntry = ({ id, outcome, datasets, reason, code }: RequirementAnswer): JsonObject => ({
  ...(code && { code }),
  datasets,
  id,
  outcome,
  ...(reason && { reason }),
})

/** Records offered for choice or verified against are named too: that they exist was told. */
function resultEntry(request: PullRequest, result: Result, everyone: Places): JsonObject {
  const { answer, bases, commitment, released, told } = result
  const { dataset, decision, code, basis, claims } = answer
  if (decision === 'refuse') return { code: code!, dataset, decision }
  const isKept = isHeld(request, dataset)
  const masked = released.filter(({ use }) => use === 'mask').map(({ pointer }) => pointer)
  const about = [
    ...new Set(told.flatMap(record => record.about.map(subject => everyone.get(subjectKey(subject))!.place))),
  ]
  return {
    ...(about.length > 0 && { about }),
    ...(bases.length > 1 && { bases }),
    basis: basis as JsonObject,
    ...(claims && { claims: claims.map(claim => claim.field) }),
    ...(commitment && { commitment }),
    dataset,
    decision,
    ...(!claims && { fields: released.map(({ pointer }) => pointer) }),
    ...(masked.length > 0 && { masked }),
    records: told.map(record => ({ ...(isKept(record) && { held: true }), key: record.key, version: record.sequence })),
  }
}

/** Everyone the entry is about, and where in its `about` each stands. A record may be about hundreds: never search. */
type Places = ReadonlyMap<string, { subject: Subject; place: number }>

function placesOf(subjects: readonly Subject[]): Places {
  const places = new Map<string, { subject: Subject; place: number }>()
  for (const subject of subjects) {
    const name = subjectKey(subject)
    if (!places.has(name)) places.set(name, { subject, place: places.size })
  }
  return places
}
