/** Whether a consent may be given or asked for: rules only. */
import { type Failure, failure } from '../../contract/failure.ts'
import { isSubject } from '../../contract/subject.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import type { ConsentBody } from './consent-body.ts'

/** What the catalogue and the agreements know, passed in. */
export type Known = {
  dataset: (id: string) => Dataset | undefined
  isPurpose: (code: string) => boolean
  /** Datasets that this department uses for this purpose under an agreement that rests on consent. */
  agreedOnConsent: ReadonlySet<string>
}

export function checkConsent(body: ConsentBody, department: string, known: Known, now: Date): Failure | undefined {
  if (!isSubject(body.subject)) return failure('SUBJECT_INVALID', { pointer: '/subject/id' })
  if (!known.isPurpose(body.purpose)) {
    return failure('PURPOSE_UNKNOWN', {
      pointer: '/purpose',
      detail: 'GET /v1/matters lists matters and their purposes.',
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
      detail: 'It lies in the past. Leave it out to begin now.',
    })
  }
  if (Date.parse(validUntil) <= Math.max(from, now.getTime())) {
    return failure('PERIOD_INVALID', { pointer: '/validUntil', detail: 'It must lie after now and after validFrom.' })
  }
  if (dataRange?.from && dataRange.until && dataRange.from > dataRange.until) {
    return failure('PERIOD_INVALID', { pointer: '/dataRange', detail: 'It ends before it begins.' })
  }
  return undefined
}

function checkScope({ subject, datasets }: ConsentBody, department: string, known: Known): Failure | undefined {
  const seen = new Set<string>()
  for (const [index, { dataset: id, fields }] of datasets.entries()) {
    const pointer = `/datasets/${index}/dataset`
    const dataset = known.dataset(id)
    if (!dataset) return failure('DATASET_UNKNOWN', { pointer, detail: 'GET /v1/datasets lists what there is.' })
    if (seen.has(id)) return failure('BODY_INVALID', { pointer, detail: 'Each dataset may be named once.' })
    seen.add(id)
    if (!dataset.subjects.some(({ type }) => type === subject.type))
      return failure('SUBJECT_TYPE_MISMATCH', { pointer })
    const useless = checkNeed(dataset, department, known.agreedOnConsent)
    if (useless) return { ...useless, pointer }
    const pointers = new Set(dataset.fields.map(field => field.pointer))
    const unknown = fields.findIndex(field => !pointers.has(field))
    if (unknown < 0) continue
    const detail = `GET /v1/datasets/${id} lists the fields.`
    return failure('FIELD_UNKNOWN', { pointer: `/datasets/${index}/fields/${unknown}`, detail })
  }
  return undefined
}

/** A consent that could never be the basis of anything would only mislead the subject. */
function checkNeed(dataset: Dataset, department: string, agreedOnConsent: ReadonlySet<string>): Failure | undefined {
  if (dataset.sharing.type === 'withheld') {
    return failure('DATASET_WITHHELD', { detail: 'The law withholds it; no consent can change that.' })
  }
  if (dataset.department === department) {
    return failure('CONSENT_NOT_NEEDED', { detail: 'The department is itself the source of this dataset.' })
  }
  if (dataset.basis === 'consent' || agreedOnConsent.has(dataset.id)) return undefined
  const detail =
    'It is shared as a statutory duty, and no agreement of this department for this purpose rests on consent.'
  return failure('CONSENT_NOT_NEEDED', { detail })
}
