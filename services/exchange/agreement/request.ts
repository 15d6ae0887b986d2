/** A share request (共享申请) at the door: what it must state (Order 809, Art 20) and what makes it void. */
import Type, { type Static } from 'typebox'
import { type Failure, failure } from '../../contract/failure.ts'
import type { Dataset } from '../catalogue/dataset.ts'
import { type Agreement, standingOf, termsSchema } from './agreement.ts'

const closed = { additionalProperties: false }
const instant = Type.String({ format: 'date-time' })

export const requestBody = Type.Object(
  {
    dataset: Type.String({ maxLength: 110 }),
    purpose: Type.String({
      pattern: '^[a-z][a-z0-9-]{1,60}$',
      description: 'Code of a purpose that a matter declares',
    }),
    validFrom: Type.Optional(Type.String({ ...instant, description: 'Now where absent' })),
    validUntil: instant,
    draft: Type.Optional(Type.Boolean({ description: 'Keep it back; submit it later with POST …/submit' })),
    ...termsSchema.properties,
  },
  closed,
)
export type RequestBody = Static<typeof requestBody>
export type Request = Pick<Agreement, 'purpose' | 'validFrom' | 'validUntil' | 'terms'>

export function requestOf(body: RequestBody, now: Date): Request {
  const { dataset: _, purpose, validFrom, validUntil, draft: __, ...terms } = body
  return { purpose, validFrom: validFrom ? new Date(validFrom) : now, validUntil: new Date(validUntil), terms }
}

const { dataset: _dataset, draft: _draft, ...changing } = requestBody.properties
/** With a submission: what a supplement (or a second thought about a draft) changes; the rest stays as it was. */
export const amendmentBody = Type.Partial(Type.Object(changing, closed))
export type Amendment = Static<typeof amendmentBody>

/** A first day that has passed meanwhile becomes today. */
export function amend(agreement: Agreement, amendment: Amendment, now: Date): Agreement {
  const { purpose = agreement.purpose, validFrom, validUntil, ...terms } = amendment
  const standing = agreement.validFrom > now ? agreement.validFrom : now
  return {
    ...agreement,
    purpose,
    validFrom: validFrom ? new Date(validFrom) : standing,
    validUntil: validUntil ? new Date(validUntil) : agreement.validUntil,
    terms: { ...agreement.terms, ...terms },
  }
}

/** What the catalogue knows, passed in. */
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
      detail: 'A department may pull its own data anyway.',
    })
  }
  if (dataset.sharing.type === 'withheld') {
    const detail = `Order 809, Art 14–15: it is withheld by ${dataset.sharing.law}.`
    return failure('DATASET_WITHHELD', { pointer: '/dataset', detail })
  }
  if (!known.isPurpose(purpose)) {
    return failure('PURPOSE_UNKNOWN', {
      pointer: '/purpose',
      detail: 'GET /v1/matters lists matters and their purposes.',
    })
  }
  return (
    checkPeriod(validFrom, validUntil, now) ?? checkFields(terms.fields, dataset) ?? checkMatters(terms.matters, known)
  )
}

/** A minute's grace, for clocks that differ. */
const grace = 60_000

function checkPeriod(validFrom: Date, validUntil: Date, now: Date): Failure | undefined {
  if (validFrom.getTime() < now.getTime() - grace) {
    return failure('PERIOD_INVALID', {
      pointer: '/validFrom',
      detail: 'It lies in the past. Leave it out to begin now.',
    })
  }
  if (validUntil <= now || validUntil <= validFrom) {
    return failure('PERIOD_INVALID', { pointer: '/validUntil', detail: 'It must lie after now and after validFrom.' })
  }
  return undefined
}

function checkFields(fields: Request['terms']['fields'], dataset: Dataset): Failure | undefined {
  const seen = new Set<string>()
  for (const [index, { pointer }] of fields.entries()) {
    const place = `/fields/${index}/pointer`
    if (!dataset.fields.some(field => field.pointer === pointer)) {
      return failure('FIELD_UNKNOWN', { pointer: place, detail: `GET /v1/datasets/${dataset.id} lists the fields.` })
    }
    if (seen.has(pointer)) return failure('BODY_INVALID', { pointer: place, detail: 'Each field may be named once.' })
    seen.add(pointer)
  }
  return undefined
}

function checkMatters(matters: string[] = [], known: Known): Failure | undefined {
  const index = matters.findIndex(matter => !known.isMatter(matter))
  if (index < 0) return undefined
  return failure('MATTER_UNKNOWN', { pointer: `/matters/${index}`, detail: 'GET /v1/matters lists what there is.' })
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
