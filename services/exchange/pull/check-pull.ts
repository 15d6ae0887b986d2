/** Checks of a pull before it can be decided at all. */

import { cityDayOf } from '../../contract/city-time.ts'
import { type Failure, failure, inWords } from '../../contract/failure.ts'
import { divisionFault } from '../../contract/formats/division-code.ts'
import { checkSubject } from '../../contract/read-subject.ts'
import type { Catalogue } from '../law/catalogue/catalogue.ts'
import { factsOf } from '../law/catalogue/condition.ts'
import { checkStated } from '../law/catalogue/fact.ts'
import type { Matter } from '../law/catalogue/matter.ts'
import type { Caller } from '../platform/identity/caller.ts'
import { isSame } from './plan/evidence.ts'
import type { PullRequest } from './pull.ts'

/** The matter asked for, or nothing where a single dataset is; a Failure names the member that is wrong. */
export function checkPull(
  request: PullRequest,
  caller: Caller,
  catalogue: Catalogue,
  now: Date,
): Matter | undefined | Failure {
  if (!mayPull(catalogue, caller)) return failure('NOT_ALLOWED', rightTakenBack)
  const { matter: id, dataset, subject, confidential, district } = request
  if ((id === undefined) === (dataset === undefined)) {
    return bad('/matter', 'Ask for a matter or for a dataset: one of the two.', '请按事项或按数据资源调用，二者择一。')
  }
  const misplaced = checkMembers(request)
  if (misplaced) return misplaced
  if (confidential && confidential.until <= cityDayOf(now)) {
    const words = inWords(
      'It must be a day after today. Leave `confidential` out where nothing is to be kept back.',
      '须晚于今日；如无需保密，请去掉 confidential。',
    )
    return failure('PERIOD_INVALID', { pointer: '/confidential/until', ...words })
  }
  const nowhere = district === undefined ? undefined : divisionFault(district)
  if (nowhere) return bad('/district', nowhere.en, nowhere.zh)
  const wrong = checkSubject(subject, '/subject/id', catalogue.exceptions)
  if (wrong) return wrong
  if (dataset !== undefined) {
    const known = catalogue.dataset(dataset)
    return known
      ? undefined
      : failure('DATASET_UNKNOWN', {
          pointer: '/dataset',
          ...inWords('GET /v1/datasets lists them.', '可用的数据资源见 GET /v1/datasets。'),
        })
  }
  return checkMatter(request, caller, catalogue.matter(id!))
}

/** Some members go with a matter only, some with a single dataset only. */
function checkMembers({ matter, ...request }: PullRequest): Failure | undefined {
  const { fields, verify, facts, choose } = request
  if (matter !== undefined) {
    const single = (['fields', 'verify', 'limit', 'cursor'] as const).find(member => request[member] !== undefined)
    return single && bad(`/${single}`, 'This goes with a single dataset only.', '仅适用于单个数据资源的调用。')
  }
  if (fields && verify)
    return bad('/verify', 'Ask for fields or for claims: one of the two.', '请求字段或核验，二者择一。')
  if (facts) return bad('/facts', 'This goes with a matter only.', '仅适用于按事项的调用。')
  return choose && bad('/choose', 'This goes with a matter only.', '仅适用于按事项的调用。')
}

/** A matter is its department's own; its purpose is the one that a pull for it states (Order 809, Art 20 and 25). */
function checkMatter(request: PullRequest, caller: Caller, matter: Matter | undefined): Matter | Failure {
  if (!matter || matter.department !== caller.department) {
    const words = inWords(
      'GET /v1/matters lists the matters; a pull can be made for those of the own department.',
      '已登记的事项见 GET /v1/matters；仅可就本部门的事项调用。',
    )
    return failure('MATTER_UNKNOWN', { pointer: '/matter', ...words })
  }
  if (matter.purpose.code !== request.purpose) {
    const { code } = matter.purpose
    const words = inWords(`The purpose of this matter is ${code}.`, `该事项的使用目的为 ${code}。`)
    return failure('PURPOSE_UNKNOWN', { pointer: '/purpose', ...words })
  }
  return checkStated(request.facts ?? {}, factsOf(matter)) ?? checkChoices(request.choose ?? [], matter) ?? matter
}

/** The chosen evidence must be among what the matter lists; whether there is such a record is another question. */
function checkChoices(choices: NonNullable<PullRequest['choose']>, { requirements }: Matter): Failure | undefined {
  for (const [index, choice] of choices.entries()) {
    const place = `/choose/${index}`
    const requirement = requirements.find(({ id }) => id === choice.requirement)
    if (!requirement) return bad(`${place}/requirement`, 'The matter has no such requirement.', '该事项没有此项要求。')
    if ('datasets' in choice) {
      if (requirement.evidence.some(set => isSame(set, choice.datasets))) continue
      return bad(`${place}/datasets`, 'The requirement has no such evidence set.', '该要求没有此组证明。')
    }
    if (requirement.evidence.flat().includes(choice.dataset)) continue
    return bad(
      `${place}/dataset`,
      'No evidence of this requirement is in this dataset.',
      '该数据资源中没有此项要求的证明。',
    )
  }
  return undefined
}

const bad = (pointer: string, en: string, zh: string) => failure('BODY_INVALID', { pointer, ...inWords(en, zh) })

/** The door has asked the same before; by the time of the decision what is in memory may be newer. */
export function mayPull(catalogue: Catalogue, { kind, id }: Caller): boolean {
  const system = kind === 'system' ? catalogue.system(id) : undefined
  return !system || (system.active && system.rights.includes('pull'))
}

const rightTakenBack = inWords(
  'The operator has taken the right to pull back from this system.',
  '平台运营方已收回该业务系统的调用权限。',
)
