/** From the outcomes of a pull to its answer and to what the access log says of it: rules only. */
import type { JsonObject } from '../../contract/canonical-json.ts'
import type { Subject } from '../../contract/subject.ts'
import { answerClaim } from '../decision/claim.ts'
import type { Permit } from '../decision/decision.ts'
import { waysOut } from '../decision/refusal.ts'
import { releaser } from '../decision/release.ts'
import { type FoundRecord, mostRecords } from '../registry/subject-record-store.ts'
import { type Outcome, type Progress, settledSet } from './progress.ts'
import type { PullRequest, RequirementAnswer, ResultAnswer } from './pull.ts'

export type Answered = {
  requirements: RequirementAnswer[] | undefined
  results: ResultAnswer[]
  /** For each result, whose records were given: the subject, a spouse, a co-owner. */
  about: Subject[][]
}

export function answerPull(request: PullRequest, progress: Progress): Answered {
  const requirements = progress.matter
    ? progress.tries.map(attempt => answerRequirement(request, attempt, progress))
    : undefined
  const shown = requirements ? new Set(requirements.flatMap(({ datasets }) => datasets)) : undefined
  const asked = new Set(requirements?.filter(({ outcome }) => outcome === 'ask').flatMap(({ datasets }) => datasets))
  const about: Subject[][] = []
  const results: ResultAnswer[] = []
  for (const outcome of progress.outcomes.values()) {
    if (shown && !shown.has(outcome.dataset)) continue
    const records = asked.has(outcome.dataset) ? [] : chosen(request, progress, outcome)
    results.push(answerDataset(request, outcome, records))
    about.push(records.flatMap(record => record.about))
  }
  return { requirements, results, about }
}

function answerRequirement(
  request: PullRequest,
  attempt: Progress['tries'][number],
  progress: Progress,
): RequirementAnswer {
  const { id, title, single } = attempt.requirement!
  const datasets = settledSet(attempt, progress.outcomes)
  const outcomes = datasets.map(dataset => progress.outcomes.get(dataset)).filter(outcome => outcome !== undefined)
  const answer = { id, title, datasets: outcomes.map(outcome => outcome.dataset) }
  for (const { decision } of outcomes) {
    if (decision.decision === 'refuse') return { ...answer, outcome: 'refused', code: decision.code }
  }
  const records = outcomes.map(outcome => chosen(request, progress, outcome))
  if (records.some(found => found.length === 0)) return { ...answer, outcome: 'not-found' }
  if (single && records.some(found => found.length > 1)) {
    return { ...answer, outcome: 'ask', choices: outcomes.flatMap((outcome, n) => records[n]!.map(choiceOf(outcome))) }
  }
  const held = outcomes.every((outcome, n) => records[n]!.every(record => isHeld(request, outcome.dataset, record)))
  return { ...answer, outcome: held ? 'held' : 'met' }
}

const choiceOf =
  ({ dataset }: Outcome) =>
  ({ key, sequence, status }: FoundRecord) => ({ dataset, key, version: sequence, status })

/** The records that are answered: within the agreed range of data, and the one chosen where a choice was sent. */
function chosen(
  { choose = [] }: PullRequest,
  { tries }: Progress,
  { dataset, decision, records }: Outcome,
): FoundRecord[] {
  if (decision.decision === 'refuse') return []
  const inRange = records.filter(record => isWithin(record, decision.dataRange)).slice(0, mostRecords)
  const requirement = tries.find(attempt => attempt.sets[attempt.current]!.includes(dataset))?.requirement?.id
  const key = choose.find(choice => choice.requirement === requirement)?.key
  const matching = inRange.filter(record => record.key === key)
  return matching.length > 0 ? matching : inRange
}

const isWithin = ({ validFrom, validUntil }: FoundRecord, range: Permit['dataRange']) =>
  !range ||
  ((!range.until || !validFrom || validFrom <= range.until) && (!range.from || !validUntil || validUntil >= range.from))

const isHeld = ({ held = [] }: PullRequest, dataset: string, { key, sequence }: FoundRecord) =>
  held.some(copy => copy.dataset === dataset && copy.key === key && copy.version === sequence)

function answerDataset(
  request: PullRequest,
  { dataset, decision, records: found }: Outcome,
  records: FoundRecord[],
): ResultAnswer {
  if (decision.decision === 'refuse') {
    return { dataset, decision: 'refuse', code: decision.code, detail: decision.detail, wayOut: waysOut[decision.code] }
  }
  const { basis, claims, fields, withheldFields, dataLife } = decision
  const bodies = records.map(record => record.body)
  const release = releaser(fields)
  return {
    dataset,
    decision: 'permit',
    basis,
    ...(request.verify
      ? { claims: claims.map(claim => ({ field: claim.field, answer: answerClaim(claim, bodies) })) }
      : { records: records.map(record => answerRecord(request, dataset, record, release)) }),
    ...(found.length > mostRecords && { more: true as const }),
    ...(withheldFields.length > 0 && { withheldFields }),
    ...(dataLife && { dataLife }),
  }
}

function answerRecord(
  request: PullRequest,
  dataset: string,
  record: FoundRecord,
  release: (body: JsonObject) => JsonObject,
) {
  const { key, sequence: version, status, schemaVersion } = record
  const plain = { key, version, status, schemaVersion }
  return isHeld(request, dataset, record) ? { ...plain, held: true as const } : { ...plain, data: release(record.body) }
}
