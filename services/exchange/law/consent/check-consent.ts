/** Whether a consent may be given or asked for: rules only. */
import type { CodeExceptions } from '../../../contract/code-exceptions.ts'
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import { checkSubject } from '../../../contract/read-subject.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { ConsentBody } from './consent-body.ts'

/** Facts of the catalogue and the agreements, passed in. */
export type Known = {
  exceptions: CodeExceptions
  dataset: (id: string) => Dataset | undefined
  isPurpose: (code: string) => boolean
  /** Fields, by dataset, that this department uses for this purpose under agreements that rest on consent. */
  agreedOnConsent: ReadonlyMap<string, ReadonlySet<string>>
}

export function checkConsent(body: ConsentBody, department: string, known: Known, now: Date): Failure | undefined {
  const wrong = checkSubject(body.subject, '/subject/id', known.exceptions)
  if (wrong) return wrong
  if (!known.isPurpose(body.purpose)) {
    return failure('PURPOSE_UNKNOWN', {
      pointer: '/purpose',
      ...inWords('GET /v1/matters lists matters and their purposes.', '事项及其使用目的见 GET /v1/matters。'),
    })
  }
  return checkPeriods(body, now) ?? checkScope(body, department, known)
}

const grace = 60_000

function checkPeriods({ validFrom, validUntil, dataRange }: ConsentBody, now: Date): Failure | undefined {
  const from = validFrom ? Date.parse(validFrom) : now.getTime()
  if (from < now.getTime() - grace) {
    return failure('PERIOD_INVALID', {
      pointer: '/validFrom',
      ...inWords('It lies in the past. Leave it out to begin now.', '该时间已过；如立即生效，请留空。'),
    })
  }
  if (Date.parse(validUntil) <= Math.max(from, now.getTime())) {
    return failure('PERIOD_INVALID', {
      pointer: '/validUntil',
      ...inWords('It must lie after now and after validFrom.', '须晚于当前时间和 validFrom。'),
    })
  }
  if (dataRange?.from && dataRange.until && dataRange.from > dataRange.until) {
    return failure('PERIOD_INVALID', {
      pointer: '/dataRange',
      ...inWords('It ends before it begins.', '结束早于开始。'),
    })
  }
  return undefined
}

function checkScope({ subject, datasets }: ConsentBody, department: string, known: Known): Failure | undefined {
  const seen = new Set<string>()
  for (const [index, { dataset: id, fields }] of datasets.entries()) {
    const pointer = `/datasets/${index}/dataset`
    const dataset = known.dataset(id)
    if (!dataset)
      return failure('DATASET_UNKNOWN', {
        pointer,
        ...inWords('GET /v1/datasets lists what there is.', '可用的数据资源见 GET /v1/datasets。'),
      })
    if (seen.has(id))
      return failure('BODY_INVALID', {
        pointer,
        ...inWords('Each dataset may be named once.', '每个数据资源只能列出一次。'),
      })
    seen.add(id)
    if (!dataset.subjects.some(({ type }) => type === subject.type))
      return failure('SUBJECT_TYPE_MISMATCH', { pointer })
    const agreed = known.agreedOnConsent.get(id)
    const useless = checkNeed(dataset, department, agreed !== undefined)
    if (useless) return { ...useless, pointer }
    const pointers = new Set(dataset.fields.map(field => field.pointer))
    const unknown = fields.findIndex(field => !pointers.has(field))
    if (unknown >= 0) {
      const words = inWords(`GET /v1/datasets/${id} lists the fields.`, `可用字段见 GET /v1/datasets/${id}。`)
      return failure('FIELD_UNKNOWN', { pointer: `/datasets/${index}/fields/${unknown}`, ...words })
    }
    const beyond = fields.findIndex(field => !agreed?.has(field))
    if (beyond >= 0)
      return failure('CONSENT_NOT_NEEDED', { pointer: `/datasets/${index}/fields/${beyond}`, ...notAgreed })
  }
  return undefined
}

/** PIPL, Art 6: no more than the purpose needs. A consent beyond the agreement would lie in wait for a wider one. */
const notAgreed = inWords(
  'The agreement of this department for this purpose does not cover this field; leave it out.',
  '该部门就此目的的共享授权不包含该字段，请去掉。',
)

/** A consent that could never be the basis of anything would only mislead the subject. */
function checkNeed(dataset: Dataset, department: string, isAgreed: boolean): Failure | undefined {
  if (dataset.sharing.type === 'withheld') {
    return failure(
      'DATASET_WITHHELD',
      inWords('The law withholds it; no consent can change that.', '依法不予共享，本人同意亦不能改变。'),
    )
  }
  if (dataset.department === department) {
    return failure(
      'CONSENT_NOT_NEEDED',
      inWords('The department is itself the source of this dataset.', '该部门即为该数据资源的提供部门。'),
    )
  }
  if (isAgreed) return undefined
  return failure(
    'CONSENT_NOT_NEEDED',
    inWords(
      'No agreement of this department about this dataset for this purpose rests on consent.',
      '该部门就此目的没有以同意为依据的共享授权。',
    ),
  )
}
