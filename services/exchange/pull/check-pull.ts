/** What must hold before a pull can be decided at all. */
import { type Failure, failure } from '../../contract/failure.ts'
import { isSubject } from '../../contract/subject.ts'
import type { Catalogue } from '../catalogue/catalogue.ts'
import type { Caller } from '../identity/caller.ts'
import type { Matter } from '../matter/matter.ts'
import type { PullRequest } from './pull.ts'

/** The matter asked for, or nothing where a single dataset is; a Failure names the member that is wrong. */
export function checkPull(request: PullRequest, caller: Caller, catalogue: Catalogue): Matter | undefined | Failure {
  const { matter: id, dataset, subject } = request
  if ((id === undefined) === (dataset === undefined)) {
    return bad('/matter', 'Ask for a matter or for a dataset: one of the two.')
  }
  if (id !== undefined && request.fields) return bad('/fields', 'Fields can be named for a single dataset only.')
  if (id !== undefined && request.verify) return bad('/verify', 'Claims can be asked of a single dataset only.')
  if (request.fields && request.verify) return bad('/verify', 'Ask for fields or for claims: one of the two.')
  if (!isSubject(subject)) return failure('SUBJECT_INVALID', { pointer: '/subject/id' })
  if (dataset !== undefined) {
    const known = catalogue.dataset(dataset)
    return known
      ? undefined
      : failure('DATASET_UNKNOWN', { pointer: '/dataset', detail: 'GET /v1/datasets lists them.' })
  }
  return checkMatter(request, caller, catalogue.matter(id!))
}

/** A matter is its department's own; its purpose is the one that a pull for it states (Order 809, Art 20 and 25). */
function checkMatter(request: PullRequest, caller: Caller, matter: Matter | undefined): Matter | Failure {
  if (!matter || matter.department !== caller.department) {
    const detail = 'GET /v1/matters lists the matters; a pull can be made for those of the own department.'
    return failure('MATTER_UNKNOWN', { pointer: '/matter', detail })
  }
  if (matter.purpose.code !== request.purpose) {
    return failure('PURPOSE_UNKNOWN', {
      pointer: '/purpose',
      detail: `The purpose of this matter is ${matter.purpose.code}.`,
    })
  }
  return matter
}

const bad = (pointer: string, detail: string) => failure('BODY_INVALID', { pointer, detail })
