/** Reasons that make a share request void: by itself, by the catalogue, and towards the agreements that stand. */
import { type Failure, failure, inWords } from '../../../contract/failure.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import { citesLaw } from '../catalogue/lawful.ts'
import { type Agreement, standingOf } from './agreement.ts'
import type { Request } from './request.ts'

/** The catalogue's facts, passed in. */
export type Known = { isPurpose: (code: string) => boolean; isMatter: (id: string) => boolean }

export function checkRequest(
  { department, purpose, validFrom, validUntil, terms }: Request & { department: string },
  dataset: Dataset,
  known: Known,
  now: Date,
): Failure | undefined {
  if (dataset.department === department) {
    return failure('AGREEMENT_NOT_NEEDED', {
      pointer: '/dataset',
      ...inWords('A department may pull its own data anyway.', '部门可直接调用本部门的数据。'),
    })
  }
  if (dataset.sharing.type === 'withheld') {
    const { law } = dataset.sharing
    const words = inWords(
      `Order 809, Art 14–15: it is withheld by ${law}.`,
      `《政务数据共享条例》第十四、十五条：依据${law}不予共享。`,
    )
    return failure('DATASET_WITHHELD', { pointer: '/dataset', ...words })
  }
  if (!known.isPurpose(purpose)) {
    return failure('PURPOSE_UNKNOWN', {
      pointer: '/purpose',
      ...inWords('GET /v1/matters lists matters and their purposes.', '事项及其使用目的见 GET /v1/matters。'),
    })
  }
  return (
    checkPeriod(validFrom, validUntil, now) ??
    checkFields(terms.fields, dataset) ??
    checkMatters(terms.matters, known) ??
    checkConfidentiality(terms)
  )
}

/** Who consents is informed, so that only a duty can be done in secret, and only where a law says so (PIPL, Art 18 and 35). */
function checkConfidentiality({ basis, confidentiality }: Request['terms']): Failure | undefined {
  if (!confidentiality) return undefined
  if (basis.type === 'consent') {
    return failure('CONFIDENTIALITY_UNLAWFUL', {
      pointer: '/confidentiality',
      ...inWords(
        'Who consents is told of the use (PIPL, Art 17). Leave it out, or rest the request on a statutory duty.',
        '取得同意须告知本人（《个人信息保护法》第十七条）。请去掉保密要求，或改以法定职责为依据。',
      ),
    })
  }
  if (citesLaw(confidentiality.provision)) return undefined
  return failure('CONFIDENTIALITY_UNLAWFUL', {
    pointer: '/confidentiality/provision',
    ...inWords(
      'Cite the law that says so by its title, as 《…》, with the article (PIPL, Art 18 and 35).',
      '请以书名号《…》注明规定保密的法律及条款（《个人信息保护法》第十八条、第三十五条）。',
    ),
  })
}

/** A minute's grace, for clocks that differ. */
const grace = 60_000

function checkPeriod(validFrom: Date, validUntil: Date, now: Date): Failure | undefined {
  if (validFrom.getTime() < now.getTime() - grace) {
    return failure('PERIOD_INVALID', {
      pointer: '/validFrom',
      ...inWords('It lies in the past. Leave it out to begin now.', '该时间已过；如立即生效，请留空。'),
    })
  }
  if (validUntil <= now || validUntil <= validFrom) {
    return failure('PERIOD_INVALID', {
      pointer: '/validUntil',
      ...inWords('It must lie after now and after validFrom.', '须晚于当前时间和 validFrom。'),
    })
  }
  return undefined
}

function checkFields(fields: Request['terms']['fields'], dataset: Dataset): Failure | undefined {
  const seen = new Set<string>()
  for (const [index, { pointer }] of fields.entries()) {
    const place = `/fields/${index}/pointer`
    if (!dataset.fields.some(field => field.pointer === pointer)) {
      const words = inWords(
        `GET /v1/datasets/${dataset.id} lists the fields.`,
        `可用字段见 GET /v1/datasets/${dataset.id}。`,
      )
      return failure('FIELD_UNKNOWN', { pointer: place, ...words })
    }
    if (seen.has(pointer))
      return failure('BODY_INVALID', {
        pointer: place,
        ...inWords('Each field may be named once.', '每个字段只能列出一次。'),
      })
    seen.add(pointer)
  }
  return undefined
}

function checkMatters(matters: string[] = [], known: Known): Failure | undefined {
  const index = matters.findIndex(matter => !known.isMatter(matter))
  if (index < 0) return undefined
  return failure('MATTER_UNKNOWN', {
    pointer: `/matters/${index}`,
    ...inWords('GET /v1/matters lists what there is.', '已登记的事项见 GET /v1/matters。'),
  })
}

/** Two agreements may not let the same department use the same field for the same purpose at the same time. */
export function findOverlap(
  request: Request & { id: string },
  standing: readonly Agreement[],
  now: Date,
): Agreement | undefined {
  const pointers = new Set(request.terms.fields.map(({ pointer }) => pointer))
  return standing.find(
    other =>
      other.id !== request.id &&
      isOpenOrInForce(other, now) &&
      other.validFrom < request.validUntil &&
      request.validFrom < other.validUntil &&
      other.terms.fields.some(({ pointer }) => pointers.has(pointer)),
  )
}

const isOpenOrInForce = (agreement: Agreement, now: Date): boolean =>
  ['submitted', 'supplement-asked', 'approved', 'active', 'suspended'].includes(standingOf(agreement, now)) &&
  now < agreement.validUntil
