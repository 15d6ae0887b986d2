/** From the progress of a pull to its answer and to what the access log says of it: rules only. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import { answerClaim } from '../law/decision/claim.ts'
import type { Basis, Permit, ReleasedField } from '../law/decision/decision.ts'
import { waysOut } from '../law/decision/refusal.ts'
import { releaser } from '../law/decision/release.ts'
import { type FoundRecord, mostRecords } from '../records/registry/found-record.ts'
import { answerRequirement } from './answer-requirement.ts'
import type { Progress } from './progress.ts'
import { isHeld, proofsIn, recordsFor } from './proof.ts'
import type { PullRequest } from './pull.ts'
import type { RequirementAnswer, ResultAnswer } from './pull-answer.ts'

/**
 * `released` holds the fields that left; `told` the records that the caller now knows of, given or offered for choice;
 * `commitment` binds the log's entry to the values (commitment.ts).
 */
export type Result = {
  answer: ResultAnswer
  bases: Basis[]
  released: ReleasedField[]
  told: FoundRecord[]
  commitment?: string
}
export type Answered = { requirements: RequirementAnswer[] | undefined; results: Result[] }

/** `silent` names datasets that hold nothing about anybody. */
export function answerPull(progress: Progress, silent: ReadonlySet<string>): Answered {
  const requirements = progress.matter && progress.needs.map(need => answerRequirement(progress, need, silent))
  const results = shownDatasets(progress, requirements).map(dataset => answerDataset(progress, requirements, dataset))
  return { requirements, results }
}

/** Datasets that were read, and those refused to a requirement that nothing else meets; never those that merely might have served. */
function shownDatasets({ needs, decisions, found }: Progress, requirements: RequirementAnswer[] | undefined): string[] {
  const refused = needs.filter((_, n) => !requirements || requirements[n]!.outcome === 'refused')
  const wanted = new Set(refused.flatMap(({ sets }) => sets.flat()))
  const isShown = (dataset: string) =>
    found.has(dataset) || (wanted.has(dataset) && decisions.get(dataset)?.decision === 'refuse')
  return [...decisions.keys()].filter(isShown)
}

function answerDataset(progress: Progress, requirements: RequirementAnswer[] | undefined, dataset: string): Result {
  const decision = progress.decisions.get(dataset)!
  if (decision.decision === 'refuse') {
    const { code, detail, detailZh } = decision
    const answer = { dataset, decision: 'refuse' as const, code, detail, detailZh, wayOut: waysOut[code] }
    return { answer, bases: [], released: [], told: [] }
  }
  const given = givenRecords(progress, requirements, dataset)
  const told = [...new Set([...given, ...offeredRecords(progress, requirements, dataset)])]
  const nothingLeft = progress.request.verify || given.every(isHeld(progress.request, dataset))
  return {
    answer: answerPermit(progress, dataset, decision, given),
    bases: decision.bases,
    released: nothingLeft ? [] : decision.fields,
    told,
  }
}

function answerPermit(progress: Progress, dataset: string, permit: Permit, given: FoundRecord[]): ResultAnswer {
  const { request, found } = progress
  const { basis, claims, fields, withheldFields, dataLife } = permit
  const bodies = given.map(record => record.body)
  const release = releaser(fields)
  return {
    dataset,
    decision: 'permit',
    basis,
    ...(request.verify
      ? { claims: claims.map(claim => ({ field: claim.field, answer: answerClaim(claim, bodies) })) }
      : { records: given.map(record => answerRecord(request, dataset, record, release)) }),
    ...nextPage(found.get(dataset)!, limitOf(request)),
    ...(withheldFields.length > 0 && { withheldFields }),
    ...(dataLife && { dataLife }),
  }
}

const limitOf = ({ limit = mostRecords }: PullRequest) => limit

/**
 * The page ends with the last record that was looked at, whether or not it lay in the agreed range of data. Its key is for
 * the hub alone: it leaves sealed (cursor.ts).
 */
const nextPage = (found: FoundRecord[], limit: number): { next?: string } =>
  found.length > limit ? { next: found[limit - 1]!.key } : {}

type Needs = RequirementAnswer[] | undefined

/** All records about the subject; to a requirement that wants one, its proof alone, and none before it is chosen. */
function givenRecords(progress: Progress, requirements: Needs, dataset: string): FoundRecord[] {
  const given = needsOf(progress, dataset).flatMap(({ need, n }) => {
    if (requirements?.[n]?.outcome === 'ask') return []
    const proofs = need.requirement?.single ? proofsIn(progress, need, dataset) : []
    return proofs.length > 0 ? proofs : recordsFor(progress, need, dataset)
  })
  return [...new Set(given)]
}

const offeredRecords = (progress: Progress, requirements: Needs, dataset: string): FoundRecord[] =>
  needsOf(progress, dataset).flatMap(({ need, n }) =>
    requirements?.[n]?.outcome === 'ask' ? proofsIn(progress, need, dataset) : [],
  )

const needsOf = ({ needs }: Progress, dataset: string) =>
  needs.flatMap((need, n) => (need.tried.some(set => set.includes(dataset)) ? [{ need, n }] : []))

function answerRecord(
  request: PullRequest,
  dataset: string,
  record: FoundRecord,
  release: (body: JsonObject) => JsonObject,
) {
  const { key, sequence: version, status, schemaVersion } = record
  const plain = { key, version, status, schemaVersion }
  const kept = isHeld(request, dataset)(record)
  return kept ? { ...plain, held: true as const } : { ...plain, data: release(record.body) }
}
