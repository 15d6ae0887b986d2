/** What must hold before a pull can be decided at all. */
import { type Failure, failure, isFailure } from '../../contract/failure.ts'
import { isSubject } from '../../contract/subject.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import { readCursor } from '../http/page.ts'
import type { Caller } from '../identity/caller.ts'
import { isSame } from '../matter/evidence.ts'
import { checkStated } from '../matter/fact.ts'
import type { Matter } from '../matter/matter.ts'
import type { PullRequest } from './pull.ts'

/** The matter asked for, or nothing where a single dataset is; a Failure names the member that is wrong. */
export function checkPull(request: PullRequest, caller: Caller, catalogue: Catalogue): Matter | undefined | Failure {
  const { matter: id, dataset, subject } = request
  if ((id === undefined) === (dataset === undefined)) {
    return bad('/matter', 'Ask for a matter or for a dataset: one of the two.')
  }
  const misplaced = checkMembers(request)
  if (misplaced) return misplaced
  const after = readCursor(request.cursor, isKey)
  if (isFailure(after)) return after
  if (!isSubject(subject)) {
    const detail = 'A person has an id by GB 11643, an organisation a code by GB 32100; both end in a check character.'
    return failure('SUBJECT_INVALID', { pointer: '/subject/id', detail })
  }
  if (dataset !== undefined) {
    const known = catalogue.dataset(dataset)
    return known
      ? undefined
      : failure('DATASET_UNKNOWN', { pointer: '/dataset', detail: 'GET /v1/datasets lists them.' })
  }
  return checkMatter(request, caller, catalogue.matter(id!))
}

/** Some members go with a matter only, some with a single dataset only. */
function checkMembers({ matter, ...request }: PullRequest): Failure | undefined {
  const { fields, verify, facts, choose } = request
  if (matter !== undefined) {
    const single = (['fields', 'verify', 'limit', 'cursor'] as const).find(member => request[member] !== undefined)
    return single && bad(`/${single}`, 'This goes with a single dataset only.')
  }
  if (fields && verify) return bad('/verify', 'Ask for fields or for claims: one of the two.')
  if (facts) return bad('/facts', 'This goes with a matter only.')
  return choose && bad('/choose', 'This goes with a matter only.')
}

export const isKey = (value: unknown): value is string => typeof value === 'string' && value.length <= 200

/** A matter is its department's own; its purpose is the one that a pull for it states (Order 809, Art 20 and 25). */
function checkMatter(request: PullRequest, caller: Caller, matter: Matter | undefined): Matter | Failure {
  if (!matter || matter.department !== caller.department) {
    const detail = 'GET /v1/matters lists the matters; a pull can be made for those of the own department.'
    return failure('MATTER_UNKNOWN', { pointer: '/matter', detail })
  }
  if (matter.purpose.code !== request.purpose) {
    const detail = `The purpose of this matter is ${matter.purpose.code}.`
    return failure('PURPOSE_UNKNOWN', { pointer: '/purpose', detail })
  }
  return checkStated(request.facts ?? {}, matter.facts ?? []) ?? checkChoices(request.choose ?? [], matter) ?? matter
}

/** What is chosen must be among what the matter lists; whether there is such a record is another question. */
function checkChoices(choices: NonNullable<PullRequest['choose']>, { requirements }: Matter): Failure | undefined {
  for (const [index, choice] of choices.entries()) {
    const place = `/choose/${index}`
    const requirement = requirements.find(({ id }) => id === choice.requirement)
    if (!requirement) return bad(`${place}/requirement`, 'The matter has no such requirement.')
    if ('datasets' in choice) {
      if (requirement.evidence.some(set => isSame(set, choice.datasets))) continue
      return bad(`${place}/datasets`, 'The requirement has no such evidence set.')
    }
    if (requirement.evidence.flat().includes(choice.dataset)) continue
    return bad(`${place}/dataset`, 'No evidence of this requirement is in this dataset.')
  }
  return undefined
}

const bad = (pointer: string, detail: string) => failure('BODY_INVALID', { pointer, detail })
